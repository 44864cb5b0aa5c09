import type { ContainerEnd } from '../../runtime/runtime.ts';
import { type RestartPolicy, restarts } from '../decide.ts';
import { goDuration, nextBackoff } from './crash-backoff.ts';
import type { Instance, Life } from './life.ts';
import { lastWords, type Terminated, terminatedState } from './terminated-state.ts';

/** ms that a container is shown as ended before it is shown as waiting: the period of the kubelet's PLEG */
const SHOWN = 1000;

/** A container that ran has ended. */
export function onEnd(life: Life, instance: Instance, { exitCode, at }: ContainerEnd): void {
  instance.log.end();
  const { startedAt, containerID, log } = instance;
  const message = lastWords(life.container(), exitCode, log);
  const end = { containerID, exitCode, startedAt, finishedAt: at, ...(message ? { message } : {}) };
  endInstance(life, instance, terminatedState(end), at.getTime() - startedAt.getTime());
}

/** Keeps how an instance ended, and when the next one may start. */
export function endInstance(life: Life, instance: Instance, ended: Terminated, ranMs: number): void {
  instance.log.end();
  Object.assign(instance, { ended, running: undefined, isReady: false, isStarted: false });
  const { tools } = life;
  life.is = 'ended';
  life.backoff = isForgiven(life, instance) ? undefined : nextBackoff(life.backoff, ranMs, tools.backoff);
  life.notBefore = tools.now() + (life.backoff ?? 0);
  const ms = life.backoff ?? 0;
  if (ms > 0) setTimeout(() => showBackOff(life, instance, ms), Math.min(SHOWN, ms / 2)).unref();
  life.change();
}

/** The kubelet counts the ends that it finds, so not the first one that its own probe brings about. */
function isForgiven(life: Life, { isReplaced, isUnhealthy }: Instance): boolean {
  const isFirst = isUnhealthy === true && life.backoff === undefined && !life.wasUnhealthy;
  life.wasUnhealthy = isUnhealthy === true;
  return isReplaced === true || isFirst;
}

function showBackOff(life: Life, instance: Instance, ms: number): void {
  const { metadata, spec } = life.pod();
  const policy = (spec?.restartPolicy ?? 'Always') as RestartPolicy;
  const exitCode = instance.ended?.exitCode ?? 0;
  const isOver = life.instance !== instance || life.is !== 'ended' || life.closing.signal.aborted;
  if (isOver || metadata.deletionTimestamp || !restarts({ role: life.role, exitCode }, policy)) return;
  const pod = `${metadata.name}_${metadata.namespace}(${metadata.uid})`;
  life.waiting = {
    reason: 'CrashLoopBackOff',
    message: `back-off ${goDuration(ms)} restarting failed container=${life.name} pod=${pod}`,
  };
  life.tell('Warning', 'BackOff', `Back-off restarting failed container ${life.name} in pod ${pod}`);
  life.change();
}
