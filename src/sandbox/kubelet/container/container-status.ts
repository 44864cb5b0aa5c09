import { seconds } from '../../api/objects/prepare.ts';
import type { ContainerStatus } from '../objects.ts';
import type { Life } from './life.ts';
import type { State } from './terminated-state.ts';

/** The status of a container as the pod's status holds it. */
export function containerStatus(life: Life): ContainerStatus {
  const { name, role, instance, previous, waiting, restartCount } = life;
  const state = stateOf(life);
  const last = waiting && instance?.ended ? instance.ended : previous?.ended;
  const isDone = instance?.ended?.exitCode === 0;
  return {
    ...{ name, image: instance?.image ?? life.container().image ?? '', imageID: instance?.imageID ?? '' },
    ...(instance?.containerID ? { containerID: instance.containerID } : {}),
    ...{ state, lastState: last ? { terminated: last } : {}, restartCount },
    ready: role === 'init' ? isDone : instance?.isReady === true,
    started: role !== 'init' && instance?.isStarted === true,
  };
}

function stateOf({ instance, waiting, is, role, pod }: Life): State {
  if (instance?.running) return { running: { startedAt: seconds(instance.startedAt) } };
  if (waiting) return { waiting };
  if (instance?.ended) return { terminated: instance.ended };
  const hasInits = role === 'main' && (pod().spec?.initContainers ?? []).length > 0;
  return { waiting: { reason: hasInits && is === 'new' ? 'PodInitializing' : 'ContainerCreating' } };
}
