/** A container of a pod, as far as it bears on what is to be done next. */
export interface ContainerView {
  readonly name: string;
  /** `sidecar`: an init container that goes on running */
  readonly role: 'init' | 'sidecar' | 'main';
  readonly is: 'new' | 'busy' | 'running' | 'ended';
  /** of the one that ended */
  readonly exitCode?: number;
  /** its startup probe has passed, or it has none */
  readonly started: boolean;
  /** the manifest has another image than the one that runs */
  readonly outdated: boolean;
  /** ms since the epoch: not to be started before */
  readonly notBefore: number;
}

export interface Actions {
  readonly start: readonly string[];
  /** because the manifest has changed */
  readonly replace: readonly string[];
  /** because the pod is over */
  readonly stop: readonly string[];
  /** ms since the epoch: when to look again though nothing happened */
  readonly wakeAt?: number;
}

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

/**
 * What a pod's containers need next: init containers one after the other, then all others; those that ended are started
 * again as the restart policy has it. Pure.
 */
export function decide(views: readonly ContainerView[], policy: RestartPolicy, now: number): Actions {
  const running = views.filter(({ is }) => is === 'running');
  if (isOver(views, policy)) return { start: [], replace: [], stop: running.map(({ name }) => name) };
  const due = inTurn(views).filter(
    (view) => view.is === 'new' || (view.is === 'ended' && restarts(view, policy)),
  );
  const later = due.map(({ notBefore }) => notBefore).filter((time) => time > now);
  return {
    start: due.filter(({ notBefore }) => notBefore <= now).map(({ name }) => name),
    replace: running.filter(({ outdated }) => outdated).map(({ name }) => name),
    stop: [],
    ...(later.length > 0 ? { wakeAt: Math.min(...later) } : {}),
  };
}

function isOver(views: readonly ContainerView[], policy: RestartPolicy): boolean {
  const mains = views.filter(({ role }) => role === 'main');
  const areOver = mains.every((view) => view.is === 'ended' && !restarts(view, policy));
  return areOver || hasFailedInit(views, policy);
}

/** Those that may run by now: what the first init container that is not done holds up may not. */
function inTurn(views: readonly ContainerView[]): readonly ContainerView[] {
  const mains = views.filter(({ role }) => role === 'main');
  const inits = views.filter(({ role }) => role !== 'main');
  const holding = inits.findIndex((view) =>
    view.role === 'sidecar' ? view.is !== 'running' || !view.started : !isDone(view),
  );
  if (holding === -1) return views;
  // Once the others have begun, only sidecars are started again.
  if (mains.some(({ is }) => is !== 'new')) return views.filter(({ role }) => role !== 'init');
  return inits.slice(0, holding + 1);
}

/** Whether a container that ended is started again. Pure. */
export function restarts(
  { role, exitCode }: Pick<ContainerView, 'role' | 'exitCode'>,
  policy: RestartPolicy,
): boolean {
  if (role === 'sidecar') return true;
  if (role === 'init') return exitCode !== 0 && policy !== 'Never';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** An init container that failed for good ends the pod. Pure. */
export function hasFailedInit(views: readonly ContainerView[], policy: RestartPolicy): boolean {
  return views.some(
    (view) => view.role === 'init' && view.is === 'ended' && !isDone(view) && policy === 'Never',
  );
}

const isDone = ({ is, exitCode }: ContainerView): boolean => is === 'ended' && exitCode === 0;
