import type { Pod } from '../objects.ts';

const INDEX = 'batch.kubernetes.io/job-completion-index';

/** Which of the completions of an Indexed Job a pod is for. Pure. */
export function indexOf({ metadata }: Pod): number {
  return Number(metadata.annotations?.[INDEX] ?? -1);
}

/** The name, label, variable and host name that tell a pod its index. Pure. */
export function indexed(pod: object, job: string, index: number): object {
  const { metadata, spec } = pod as {
    metadata: { labels?: object; annotations?: object };
    spec?: {
      containers?: readonly { env?: readonly object[] }[];
      initContainers?: readonly { env?: readonly object[] }[];
    };
  };
  const { generateName: _, ...meta } = metadata as { generateName?: string };
  const fieldRef = { fieldPath: `metadata.labels['${INDEX}']` };
  const variable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef } };
  const told = (list: readonly { env?: readonly object[] }[] | undefined) =>
    list?.map((container) => ({ ...container, env: [...(container.env ?? []), variable] }));
  const number = { [INDEX]: String(index) };
  return {
    ...pod,
    metadata: {
      ...{ ...meta, generateName: `${job}-${index}-` },
      labels: { ...metadata.labels, ...number },
      annotations: { ...metadata.annotations, ...number },
    },
    spec: {
      ...{ ...spec, hostname: `${job}-${index}`, containers: told(spec?.containers) },
      ...(spec?.initContainers ? { initContainers: told(spec.initContainers) } : {}),
    },
  };
}

/** `0-2,5` as numbers. Pure. */
export function parseIndexes(text: string | undefined): readonly number[] {
  return (text ?? '').split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    if (part === '' || first === undefined || last === undefined) return [];
    return Array.from({ length: last - first + 1 }, (_, step) => first + step);
  });
}

/** Numbers as `0-2,5`, as the status of an Indexed Job has them. Pure. */
export function printIndexes(indexes: Iterable<number>): string {
  const runs: [number, number][] = [];
  for (const index of [...new Set(indexes)].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && run[1] === index - 1) run[1] = index;
    else runs.push([index, index]);
  }
  return runs.map(printRun).join(',');
}

/** Two that follow each other are not worth a dash. */
function printRun([first, last]: readonly [number, number]): string {
  if (first === last) return String(first);
  return `${first}${last === first + 1 ? ',' : '-'}${last}`;
}
