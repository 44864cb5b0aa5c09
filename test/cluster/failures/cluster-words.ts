import { type ChildProcess, spawn } from 'node:child_process';
import type { FailureCase } from './cases.ts';

interface Frame {
  readonly object: {
    readonly metadata?: { readonly name?: string };
    readonly involvedObject?: { readonly name?: string };
  };
}

/** When the cluster said, to a kubectl beside the session, what a case is about: ms since the epoch. */
export interface ClusterWords {
  saidAt(name: string): number | undefined;
  stop(): void;
}

/** Watches pods, events, Deployments and nodes with `kubectl get --raw`, one object a line. */
export function hearCluster(namespace: string, cases: readonly FailureCase[]): ClusterWords {
  const said = new Map<string, number>();
  const paths = {
    pods: `/api/v1/namespaces/${namespace}/pods`,
    events: `/api/v1/namespaces/${namespace}/events`,
    deployments: `/apis/apps/v1/namespaces/${namespace}/deployments`,
    nodes: '/api/v1/nodes',
  };
  const children = Object.entries(paths).map(([kind, path]): ChildProcess => {
    const child = spawn('kubectl', ['get', '--raw', `${path}?watch=1&timeoutSeconds=900`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const own = cases.filter(({ known }) => known?.[0] === kind);
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) hear(line, own);
    });
    return child;
  });

  function hear(line: string, own: readonly FailureCase[]): void {
    const { object } = JSON.parse(line) as Frame;
    const name = object.involvedObject?.name ?? object.metadata?.name ?? '';
    for (const { name: wanted, known, subject } of own) {
      const isIt = name === wanted || name.startsWith(`${wanted}-`) || subject === `Node/${name}`;
      if (isIt && !said.has(wanted) && known?.[1].test(line)) said.set(wanted, Date.now());
    }
  }

  return {
    saidAt: (name) => said.get(name),
    stop: () => {
      for (const child of children) child.kill();
    },
  };
}
