import type { RunningContainer } from '../../runtime/runtime.ts';
import type { ContainerView } from '../decide.ts';
import type { InstanceLog } from '../logs/instance-log.ts';
import type { Container, Pod } from '../objects.ts';
import type { PodTools } from '../pod-tools.ts';
import type { Tell, Waiting } from './find-image.ts';
import type { Terminated } from './terminated-state.ts';

/** One start of a container, up to its end. */
export interface Instance {
  /** as the manifest had it */
  readonly image: string;
  readonly imageID: string;
  readonly log: InstanceLog;
  startedAt: Date;
  containerID: string;
  running?: RunningContainer | undefined;
  ended?: Terminated;
  isReady?: boolean;
  isStarted?: boolean;
  isStopping?: boolean;
  /** it is stopped because the manifest has changed: the next one starts at once */
  isReplaced?: boolean;
  /** a probe had it stopped */
  isUnhealthy?: boolean;
}

/** What is known of a container of a pod; its worker alone changes it. */
export interface Life {
  readonly tools: PodTools;
  readonly name: string;
  readonly role: ContainerView['role'];
  readonly address: string;
  /** as the manifest has it by now */
  pod(): Pod;
  container(): Container;
  tell: Tell;
  /** Somebody is to look at the pod again. */
  change(): void;
  /** fires when the pod has no more use for the container */
  readonly closing: AbortController;

  is: ContainerView['is'];
  instance?: Instance | undefined;
  previous?: Instance | undefined;
  restartCount: number;
  waiting?: Waiting | undefined;
  /** a probe had it stopped once before there was a back-off */
  wasUnhealthy?: boolean;
  /** ms, after the last end */
  backoff?: number | undefined;
  /** ms since the epoch */
  notBefore: number;
  /** a start that is under way */
  starting?: Promise<void> | undefined;
}

/** A container of a pod by its name. */
export function containerOf({ spec }: Pod, name: string): Container {
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  return all.find((container) => container.name === name) ?? { name };
}

/** ms that a pod gives a container to end */
export function graceOf({ metadata, spec }: Pod): number {
  return (metadata.deletionGracePeriodSeconds ?? spec?.terminationGracePeriodSeconds ?? 30) * 1000;
}
