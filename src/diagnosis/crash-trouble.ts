import type { ContainerObserved, PodObserved, WarningObserved } from '../session/observed.ts';
import { hasLastWords } from '../session/plan-trouble.ts';
import { targetId } from '../session/reduce-pods.ts';
import type { SessionState } from '../session/state.ts';
import { killerProbe, probeTrouble } from './probe-trouble.ts';
import { containerName, sentence, type Trouble } from './trouble.ts';

/** A container that ended with an error, or does so again and again. Pure. */
export function crashTrouble(
  state: SessionState,
  pod: PodObserved,
  container: ContainerObserved,
  warnings: readonly WarningObserved[],
): Trouble | undefined {
  const { reason, state: doing, kind } = container;
  const isLooping = reason === 'CrashLoopBackOff' || isBetweenCrashes(state, pod, container, warnings);
  const hasCrashed = doing === 'terminated' && kind !== 'ephemeral' && (container.exitCode ?? 0) !== 0;
  if (!isLooping && !hasCrashed && reason !== 'OOMKilled') return undefined;
  const ended = { ...container.ended };
  if (reason === 'StartError' || ended.reason === 'StartError') return notStarted(pod, container);
  const output = lastWords(state, pod, container);
  const said = output === undefined ? {} : { output };
  if (reason === 'OOMKilled' || ended.reason === 'OOMKilled')
    return { ...outOfMemory(pod, container), ...said };
  const killed = killerProbe(pod, container, warnings);
  if (killed) return { ...killed, ...said };
  return { ...(isLooping ? crashLoop(pod, container) : justCrashed(pod, container)), ...said };
}

/**
 * It runs once more, for a moment as a rule, and its rollout is not over: still the same trouble, unless a probe says more.
 */
function isBetweenCrashes(
  { workloads }: SessionState,
  pod: PodObserved,
  container: ContainerObserved,
  warnings: readonly WarningObserved[],
): boolean {
  const { state: doing, ended, kind } = container;
  if (doing !== 'running' || kind !== 'app' || ended === undefined || ended.exitCode === 0) return false;
  const rollout = pod.owner === undefined ? undefined : workloads[pod.owner]?.rollout;
  const isUnfinished = rollout === 'failed' || (rollout === 'progressing' && !pod.ready);
  return isUnfinished && !probeTrouble(pod, container, warnings);
}

/** A container that could not be started, by the words of the runtime. Pure. */
export function notStarted(pod: PodObserved, container: ContainerObserved): Trouble {
  const words = (container.ended?.message ?? container.message ?? '').replace(/^StartError, [^:]*: /, '');
  const program = /exec: "([^"]*)": (?:stat [^:]*: )?(.*)$/.exec(words);
  const why = program
    ? `cannot run ${program[1]}: ${program[2]}`
    : words.replace(/^.*runc create failed: /, '');
  return {
    code: 'CONTAINER_START',
    words: 'cannot be started',
    message: sentence(`The ${containerName(pod, container)} cannot be started`, why),
    hint: 'Check its command, arguments and mounts, and that the program is in the image.',
    due: [`command:${container.name}`, `container:${container.name}`],
  };
}

function outOfMemory(pod: PodObserved, container: ContainerObserved): Trouble {
  const { memoryLimit, name } = container;
  const limit = memoryLimit === undefined ? 'its limit' : `its limit of ${memoryLimit}`;
  return {
    code: 'OUT_OF_MEMORY',
    words: 'out of memory',
    message: `The ${containerName(pod, container)} was killed because it used more memory than ${limit}${again(container)}.`,
    hint: 'Raise resources.limits.memory in its manifest, or make it use less.',
    due: [`memory:${name}`, `resources:${name}`, `container:${name}`],
  };
}

function crashLoop(pod: PodObserved, container: ContainerObserved): Trouble {
  const { exitCode, name } = container;
  const how = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
  return {
    code: 'CRASH_LOOP',
    words: 'crash loop',
    message: `The ${containerName(pod, container)} ended${how}${again(container)}.`,
    hint: 'Its log says why; the next good save replaces it.',
    due: [`container:${name}`],
  };
}

function justCrashed(pod: PodObserved, container: ContainerObserved): Trouble {
  const { exitCode, name } = container;
  return {
    code: 'CRASHED',
    words: `crashed, exit code ${exitCode}`,
    message: `The ${containerName(pod, container)} ended with exit code ${exitCode}.`,
    hint: 'Its log says why; the next good save replaces it.',
    due: [`container:${name}`],
  };
}

function again({ restarts }: ContainerObserved): string {
  if (restarts === 0) return '';
  return `, started again ${restarts === 1 ? 'once' : `${restarts} times`}`;
}

/** What the instance that ended last said last; until that is read, what the one before it in the pod did. */
function lastWords(
  { crashes }: SessionState,
  pod: PodObserved,
  { ended }: ContainerObserved,
): string | undefined {
  const read = ended && crashes[targetId(pod.uid, ended.containerId)];
  const isAlone = pod.containers.length === 1;
  const lines = read ?? (isAlone ? ofPod(crashes, pod).at(-1) : undefined);
  return lines && lines.length > 0 ? lines.join('\n') : undefined;
}

function ofPod<T>(record: Readonly<Record<string, T>>, { uid }: PodObserved): readonly T[] {
  return Object.entries(record).flatMap(([id, value]) => (id.startsWith(`${uid}/`) ? [value] : []));
}

/**
 * Whether a container of the pod has crashed for the first time and its last lines are about to be there: for that
 * moment the crash is not told, so that it is told once, and with them. Pure.
 */
export function awaitsLastWords(state: SessionState, pod: PodObserved): boolean {
  const { config, crashes, lateWords } = state;
  const isRead = config.current !== undefined && pod.mine && !pod.deleting;
  if (!isRead || ofPod(crashes, pod).length > 0 || ofPod(lateWords, pod).length > 0) return false;
  return pod.containers.some(({ ended, kind }) => ended && kind !== 'ephemeral' && hasLastWords(ended));
}
