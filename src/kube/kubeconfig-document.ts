import { dirname, isAbsolute, join, sep } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { RockpoolError, type SourcePlace } from '../session/failure.ts';

const text = z.string().nullish();

const ClusterEntry = z.looseObject({
  server: text,
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': z.boolean().nullish(),
  'tls-server-name': text,
  'proxy-url': text,
  extensions: z
    .array(z.looseObject({ name: z.string(), extension: z.record(z.string(), z.unknown()).nullish() }))
    .nullish(),
});
export type ClusterEntry = z.infer<typeof ClusterEntry>;

const UserEntry = z.looseObject({
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  token: text,
  tokenFile: text,
  exec: z.looseObject({ command: text }).nullish(),
});
export type UserEntry = z.infer<typeof UserEntry>;

const ContextEntry = z.looseObject({ cluster: z.string(), user: text, namespace: text });

const KubeconfigFile = z.looseObject({
  'current-context': text,
  clusters: z.array(z.looseObject({ name: z.string(), cluster: ClusterEntry })).nullish(),
  users: z.array(z.looseObject({ name: z.string(), user: UserEntry.nullish() })).nullish(),
  contexts: z.array(z.looseObject({ name: z.string(), context: ContextEntry })).nullish(),
});

/** A kubeconfig as its file has it; other fields are kept. */
export interface KubeconfigDocument {
  readonly 'current-context'?: string;
  readonly clusters: readonly { readonly name: string; readonly cluster: ClusterEntry }[];
  readonly users: readonly { readonly name: string; readonly user: UserEntry }[];
  readonly contexts: readonly { readonly name: string; readonly context: z.infer<typeof ContextEntry> }[];
}

/** Parses one file, making its paths absolute. Throws a RockpoolError KUBECONFIG_INVALID that says where. */
export function parseKubeconfig(source: string, file: string): KubeconfigDocument {
  const lines = new LineCounter();
  const yaml = parseDocument(source, { lineCounter: lines });
  const [broken] = yaml.errors;
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw invalid(broken.message.split('\n')[0] ?? broken.code, { file, line, column: col });
  }
  const checked = KubeconfigFile.safeParse(yaml.toJS() ?? {});
  if (checked.success) return absolute(checked.data, dirname(file));
  const [issue] = checked.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw invalid(`${where === '' ? '' : `${where}: `}${issue?.message ?? 'not a kubeconfig'}`, { file });
}

/** The files as one: the first that names a cluster, user, context or current-context wins. Pure. */
export function mergeKubeconfigs(documents: readonly KubeconfigDocument[]): KubeconfigDocument {
  const current = documents.map((document) => document['current-context']).find(Boolean);
  return {
    ...(current ? { 'current-context': current } : {}),
    clusters: firstOfEachName(documents.flatMap((document) => document.clusters)),
    users: firstOfEachName(documents.flatMap((document) => document.users)),
    contexts: firstOfEachName(documents.flatMap((document) => document.contexts)),
  };
}

function firstOfEachName<T extends { readonly name: string }>(entries: readonly T[]): readonly T[] {
  const first = new Map<string, T>();
  for (const entry of entries) if (!first.has(entry.name)) first.set(entry.name, entry);
  return [...first.values()];
}

function absolute(file: z.infer<typeof KubeconfigFile>, root: string): KubeconfigDocument {
  const at = (path: string | null | undefined) =>
    path ? (isAbsolute(path) ? path : join(root, path)) : path;
  const current = file['current-context'];
  return {
    ...(current ? { 'current-context': current } : {}),
    clusters: (file.clusters ?? []).map(({ name, cluster }) => ({
      name,
      cluster: { ...cluster, 'certificate-authority': at(cluster['certificate-authority']) },
    })),
    users: (file.users ?? []).map(({ name, user }) => ({ name, user: userWithPaths(user ?? {}, at) })),
    contexts: file.contexts ?? [],
  };
}

/** An exec command is a path only where it holds a separator; else it is looked up on PATH. */
function userWithPaths(
  user: UserEntry,
  at: (path: string | null | undefined) => string | null | undefined,
): UserEntry {
  const { exec } = user;
  return {
    ...user,
    'client-certificate': at(user['client-certificate']),
    'client-key': at(user['client-key']),
    tokenFile: at(user.tokenFile),
    ...(exec?.command?.includes(sep) ? { exec: { ...exec, command: at(exec.command) } } : {}),
  };
}

function invalid(problem: string, at: SourcePlace): RockpoolError {
  return new RockpoolError({
    code: 'KUBECONFIG_INVALID',
    subject: 'kubeconfig',
    message: `${at.file} is not a valid kubeconfig: ${problem}`,
    hint: 'Check it with `kubectl config view`.',
    at,
  });
}
