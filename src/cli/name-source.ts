import { setTimeout as sleep } from 'node:timers/promises';
import type { Asked, Candidate, NameSource } from '../completion/complete-line.ts';
import type { ValueKind } from '../completion/value-kind.ts';
import { configNames } from './names/config-names.ts';
import { contextNames, namespaceNames } from './names/kubeconfig-names.ts';
import { manifestNames } from './names/manifest-names.ts';
import type { ProjectNames } from './names/project-names.ts';
import { sessionNames } from './names/session-names.ts';
import { templateFlags, templateNames } from './names/template-names.ts';

export interface NameSourceOptions {
  /** where the command line is typed */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** ms after which there are no names */
  readonly patience: number;
}

/** The names that there are now: those of the running session first, else those of the project's files. */
export function createNameSource({ cwd, env, patience }: NameSourceOptions): NameSource {
  return async (kind, asked) => {
    const signal = AbortSignal.timeout(patience);
    const names = find(kind, asked, { cwd, env, signal });
    return Promise.race([names, sleep(patience, [], { ref: false })]);
  };
}

interface Context {
  readonly cwd: string;
  readonly env: NameSourceOptions['env'];
  readonly signal: AbortSignal;
}

async function find(kind: ValueKind, asked: Asked, context: Context): Promise<readonly Candidate[]> {
  switch (kind) {
    case 'context':
      return contextNames(asked.kubeconfig, context.env);
    case 'namespace':
      return namespaceNames(asked.kubeconfig, context.env, await configNames(asked.file, context.cwd));
    case 'template or folder':
      return templateNames(context.cwd);
    case 'template flag':
      return asked.template === undefined ? [] : templateFlags(asked.template, context.cwd);
    case 'profile':
      return (await configNames(asked.file, context.cwd)).profiles.map((value) => ({ value }));
    default:
      return ofProject(kind, asked, context);
  }
}

/** Files are read only for what no session tells. */
async function ofProject(kind: ValueKind, asked: Asked, context: Context): Promise<readonly Candidate[]> {
  const session = await sessionNames(asked, context);
  if (session) return pick(session, kind);
  const config = await configNames(asked.file, context.cwd);
  if (kind === 'image' || kind === 'forward') return pick({ ...config, ...NO_WORKLOADS }, kind);
  const manifests = await manifestNames(asked, context).catch(() => NO_WORKLOADS);
  return pick({ ...config, ...manifests }, kind);
}

const NO_WORKLOADS = { workloads: [], pods: [], containers: [] };

function pick(names: ProjectNames, kind: ValueKind): readonly Candidate[] {
  const images = names.images.map((value) => ({ value, about: 'image' }));
  switch (kind) {
    case 'image':
      return images;
    case 'workload':
      return names.workloads;
    case 'image or workload':
      return [...names.workloads, ...images];
    case 'pods':
      return names.pods;
    case 'container':
      return names.containers.map((value) => ({ value }));
    case 'forward':
      return names.forwards;
    default:
      return [];
  }
}
