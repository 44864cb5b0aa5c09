import type { RunningContainer } from '../../runtime/runtime.ts';
import type { ContainerView } from '../decide.ts';
import type { InstanceLog } from '../logs/instance-log.ts';
import type { ContainerStatus, Pod } from '../objects.ts';
import type { PodTools } from '../pod-tools.ts';
import { beginContainer } from './begin.ts';
import { containerStatus } from './container-status.ts';
import { containerOf, graceOf, type Life } from './life.ts';
import type { PodPlace } from './prepare.ts';
import { stopContainer } from './stop.ts';

/** One container of a pod, from its first start to its last end. */
export interface ContainerWorker {
  readonly name: string;
  readonly role: ContainerView['role'];
  view(): ContainerView;
  status(): ContainerStatus;
  /** Starts it, or starts it again. */
  start(place: PodPlace): void;
  /** Ends the one that runs because the manifest has another now. */
  replace(): void;
  /** Ends it for good. Resolves when it has ended, or will not start any more. */
  stop(graceMs: number): Promise<void>;
  running(): RunningContainer | undefined;
  log(which: 'current' | 'previous'): InstanceLog | undefined;
}

export interface ContainerOptions {
  readonly tools: PodTools;
  readonly name: string;
  readonly role: ContainerView['role'];
  readonly address: string;
  /** as it is by now */
  pod(): Pod;
  /** called whenever the container's state has changed, or something is to be tried again */
  onChange(): void;
}

export function createContainerWorker(options: ContainerOptions): ContainerWorker {
  const life = newLife(options);
  const { name, role } = options;
  return {
    ...{ name, role },
    view: () => viewOf(life),
    status: () => containerStatus(life),
    start(place) {
      life.is = 'busy';
      life.starting = beginContainer(life, place);
    },
    replace() {
      const { instance } = life;
      if (!instance?.running || instance.isStopping) return;
      instance.isReplaced = true;
      const why = `Container ${name} definition changed, will be restarted`;
      void stopContainer(life, why, graceOf(life.pod()));
    },
    async stop(graceMs) {
      if (!life.instance?.running) life.closing.abort(new Error('the pod has gone'));
      await stopContainer(life, `Stopping container ${name}`, graceMs);
      await life.starting;
    },
    running: () => life.instance?.running,
    log: (which) => (which === 'current' ? life.instance : life.previous)?.log,
  };
}

function newLife({ tools, name, role, address, pod, onChange }: ContainerOptions): Life {
  const closing = new AbortController();
  const field = role === 'main' ? 'containers' : 'initContainers';
  return {
    ...{ tools, name, role, address, pod, closing },
    container: () => containerOf(pod(), name),
    tell: (type, reason, message) => tools.record(pod(), type, reason, message, `spec.${field}{${name}}`),
    change() {
      if (!closing.signal.aborted) onChange();
    },
    ...{ is: 'new', restartCount: 0, notBefore: 0 },
  };
}

function viewOf({ name, role, is, notBefore, instance, container }: Life): ContainerView {
  return {
    ...{ name, role, is, notBefore },
    ...(is === 'ended' && instance?.ended ? { exitCode: instance.ended.exitCode } : {}),
    started: instance?.isStarted === true,
    outdated: instance !== undefined && instance.image !== container().image && !instance.isStopping,
  };
}
