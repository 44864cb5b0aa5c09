import { workloadKeys } from '../diagnosis/workload-keys.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import { didYouMean } from '../session/nearest-names.ts';
import type { ResourceKey } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { SessionState } from '../session/state.ts';
import { shortNames } from '../ui/short-names.ts';

/** What a name of a command line means. */
export interface Named {
  readonly images: readonly string[];
  readonly workloads: readonly ResourceKey[];
}

/**
 * The image of that name and the workloads that run it, or the workload of that name and the images of the project that
 * it runs. A workload is named as on the screen: `web`, or `deployment/web` where two share a name. Throws a
 * RockpoolError of exit code 2: NAME_UNKNOWN, NAME_AMBIGUOUS. Pure.
 */
export function findNamed(state: SessionState, name: string): Named {
  const image = state.images[name];
  if (image) {
    const users = Object.values(state.resources).filter(({ images }) => images.includes(name));
    return { images: [name], workloads: users.map(({ key }) => key) };
  }
  const key = findWorkload(workloadKeys(state), name, Object.keys(state.images));
  return { images: state.resources[key]?.images ?? [], workloads: [key] };
}

/** The workload that a short name means among these. Throws as findNamed. Pure. @param others names that are known too */
export function findWorkload(
  keys: readonly ResourceKey[],
  name: string,
  others: readonly string[] = [],
): ResourceKey {
  const fitting = keys.filter((key) => forms(key).includes(name.toLowerCase()));
  const [found, ...more] = fitting;
  if (found !== undefined && more.length === 0) return found;
  const known = [...shortNames(keys).values(), ...others];
  throw new RockpoolError(found === undefined ? unknown(name, known) : ambiguous(name, fitting), {
    exitCode: 2,
  });
}

function forms(key: ResourceKey): readonly string[] {
  const { kind, namespace, name } = resourceParts(key);
  const long = `${kind.toLowerCase()}/${name}`;
  return [name, long, `${shortKinds[kind] ?? ''}/${name}`, `${namespace}/${long}`, key.toLowerCase()];
}

/** kubectl's short names of kinds. */
const shortKinds: Readonly<Record<string, string>> = {
  ...{ Deployment: 'deploy', StatefulSet: 'sts', DaemonSet: 'ds', ReplicaSet: 'rs' },
  ...{ CronJob: 'cj', Pod: 'po', Job: 'jobs' },
};

function unknown(name: string, known: readonly string[]): Failure {
  const guess = didYouMean(name, known);
  const list = known.length === 0 ? 'Nothing is known yet.' : `Known are: ${known.join(', ')}.`;
  return {
    code: 'NAME_UNKNOWN',
    subject: name,
    message: `There is no image or workload "${name}".`,
    hint: guess === undefined ? list : `${guess[0]?.toUpperCase()}${guess.slice(1)} ${list}`,
  };
}

function ambiguous(name: string, keys: readonly ResourceKey[]): Failure {
  const names = shortNames(keys);
  return {
    code: 'NAME_AMBIGUOUS',
    subject: name,
    message: `"${name}" may mean ${keys.map((key) => names.get(key) ?? key).join(' or ')}.`,
    hint: 'Write which of them.',
  };
}
