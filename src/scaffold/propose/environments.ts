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

/** Words that mean nothing else as a part of a name: `payment-integration` and `ci-runner` are things of their own. */
const CLEAR = new Set([
  'local',
  'minikube',
  'dev',
  'development',
  'staging',
  'stg',
  'uat',
  'preprod',
  'prod',
  'production',
  'prd',
]);

/** The environment that a path is for, as its innermost name for one says: `k8s/prod/web.yaml`, `values-dev.yaml`; undefined for all. Pure. */
export function environmentOf(path: string): string | undefined {
  const isFile = SUFFIX.test(path);
  const names = path.replace(SUFFIX, '').toLowerCase().split('/');
  const found = names.map((name, index) => ofName(name, isFile && index === names.length - 1));
  return found.findLast((environment) => environment !== undefined);
}

/** How near an environment is to development on this machine: 0 is nearest, 2 is no environment at all. Pure. */
export function rankOf(environment: string | undefined): number {
  const rank = RANKS.findIndex((words) => words.includes(environment ?? ''));
  return rank < 0 ? 2 : rank;
}

const SUFFIX = /\.(?:ya?ml|json)(?:\.liquid)?$/i;

/** The whole name, or its last word: `web-dev`. Of a folder also the first: `prod-eu`. A file `dev-tools` is no environment's. */
function ofName(name: string, isFile: boolean): string | undefined {
  if (WORDS.has(name)) return name;
  const words = name.split(/[._-]+/);
  const [first = '', last = ''] = [words[0], words.at(-1)];
  if (CLEAR.has(last) || (first === 'values' && WORDS.has(last))) return last;
  return !isFile && CLEAR.has(first) ? first : undefined;
}
