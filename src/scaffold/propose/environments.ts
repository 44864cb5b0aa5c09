import { posix } from 'node:path';

/** Words for environments in names of folders and files, the one for this machine first; those after `''` are not meant for it. */
const RANKS: readonly (readonly string[])[] = [
  ['local', 'minikube', 'kind', 'k3d', 'localhost'],
  ['dev', 'development', 'develop'],
  [''],
  ['test', 'testing', 'qa', 'ci', 'e2e', 'integration'],
  ['staging', 'stage', 'stg', 'uat', 'preprod', 'preview', 'sandbox'],
  ['prod', 'production', 'prd'],
];
const WORDS = new Set(RANKS.flat().filter((word) => word !== ''));

/** The environment that a path is for, as its last word for one says: `k8s/prod/web.yaml`, `values-dev.yaml`; undefined for all. Pure. */
export function environmentOf(path: string): string | undefined {
  return wordsOf(path)
    .filter((word) => WORDS.has(word))
    .at(-1);
}

/** How near an environment is to development on this machine: 0 is nearest, 2 is no environment at all. Pure. */
export function rankOf(environment: string | undefined): number {
  const rank = RANKS.findIndex((words) => words.includes(environment ?? ''));
  return rank < 0 ? 2 : rank;
}

/** Words of folders, and of the file's name without its suffix. */
function wordsOf(path: string): readonly string[] {
  return posix
    .join(posix.dirname(path), posix.basename(path).replace(/\.(?:ya?ml|json)(?:\.liquid)?$/i, ''))
    .toLowerCase()
    .split(/[/._-]+/);
}
