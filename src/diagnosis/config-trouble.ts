import type { ContainerObserved, PodObserved, WarningObserved } from '../session/observed.ts';
import { notStarted } from './crash-trouble.ts';
import { containerName, sentence, type Trouble } from './trouble.ts';

/** A container that cannot be made of what its manifest names. Pure. */
export function configTrouble(pod: PodObserved, container: ContainerObserved): Trouble | undefined {
  if (container.state !== 'waiting') return undefined;
  switch (container.reason) {
    case 'CreateContainerConfigError':
    case 'CreateContainerError':
      return missingTrouble(`the ${containerName(pod, container)}`, container.message ?? '', [
        `container:${container.name}`,
      ]);
    case 'RunContainerError':
      return notStarted(pod, container);
    default:
      return undefined;
  }
}

/** A volume that cannot be mounted; what the kubelet only waits for counts when it comes again. Pure. */
export function mountTrouble(pod: PodObserved, warnings: readonly WarningObserved[]): Trouble | undefined {
  // The kubelet warns of a volume before it says anything of the containers.
  const isWaiting = pod.containers.some(
    ({ state, reason }) => state === 'waiting' && /^(|ContainerCreating|PodInitializing)$/.test(reason ?? ''),
  );
  if (pod.phase !== 'Pending' || !isWaiting) return undefined;
  const failed = warnings.filter(
    ({ reason, message }) => /^Failed(Mount|AttachVolume)$/.test(reason) && !isWaitingItself.test(message),
  );
  const told = failed.find(({ message, count }) => isSure.test(message) || count > 1);
  if (!told) return undefined;
  const [, volume, why] = /failed for volume "([^"]+)" ?: ?(.*)$/s.exec(told.message) ?? [];
  const due = volume === undefined ? [] : [`volume:${volume}`];
  const what = volume === undefined ? `pod ${pod.name}` : `the volume ${volume} of pod ${pod.name}`;
  return missingTrouble(what, why ?? told.message, due, 'VOLUME_FAILED');
}

/** A kubelet with much to do has not read its own copy of the object yet. */
const isWaitingItself = /failed to sync \w+ cache|object "[^"]*"\/"[^"]*" not registered/;
const isSure = /not found|is not a|does not exist|no such|forbidden|references non-existent/i;

/** @param otherwise the code where nothing is told to be missing */
function missingTrouble(
  what: string,
  text: string,
  due: readonly string[],
  otherwise = 'CONTAINER_CONFIG',
): Trouble {
  const missing = missingObject(text);
  if (!missing) {
    return {
      code: otherwise,
      words: otherwise === 'VOLUME_FAILED' ? 'volume cannot be mounted' : 'container config error',
      message: sentence(
        `${capital(what)} cannot be ${otherwise === 'VOLUME_FAILED' ? 'mounted' : 'made'}`,
        text,
      ),
      hint: 'Check what its manifest names: volumes, mounts, environment.',
      due,
    };
  }
  const { kind, name, key } = missing;
  const object = name === '' ? kind : `${kind} ${name}`;
  const lacks = key === undefined ? `there is no ${object}` : `the ${object} has no key ${key}`;
  return {
    code: kind === 'Secret' ? 'SECRET_MISSING' : 'CONFIG_MAP_MISSING',
    words: key === undefined ? `${object} missing` : `key ${key} missing in ${object}`,
    message: `${capital(what)} cannot be made: ${lacks}.`,
    hint:
      key === undefined
        ? `Add a manifest of the ${kind}, correct the name, or mark it optional.`
        : `Add the key to the ${kind}, correct it, or mark it optional.`,
    due: [...(key === undefined ? [] : [`${kind}:${name}/${key}`]), `${kind}:${name}`, ...due],
  };
}

/** As the kubelet says it (pkg/kubelet/kubelet_pods.go, pkg/volume). */
function missingObject(text: string): { kind: string; name: string; key?: string } | undefined {
  const [, word, name] = /(configmap|secret) "([^"]+)" not found/.exec(text) ?? [];
  if (word !== undefined && name !== undefined) return { kind: kindOf(word), name };
  const [, key, kind, path] = /couldn't find key (\S+) in (ConfigMap|Secret) (\S+)/.exec(text) ?? [];
  if (key !== undefined && kind !== undefined && path !== undefined)
    return { kind, name: path.replace(/^.*\//, ''), key };
  const [, reference] = /references non-existent (?:config|secret) key: (\S+)/.exec(text) ?? [];
  const [, owner] = /(configmap|secret)/i.exec(text) ?? [];
  if (reference !== undefined && owner !== undefined)
    return { kind: kindOf(owner), name: '', key: reference };
  return undefined;
}

function kindOf(word: string): string {
  return word.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap';
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
