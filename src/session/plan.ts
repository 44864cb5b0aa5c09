import type { ForwardSpec } from './events.ts';
import { mayPass } from './failure.ts';
import type { PodObserved } from './observed.ts';
import type { BuildRequest, DeployRequest } from './ports.ts';
import { buildableGeneration } from './reduce-images.ts';
import { instancesOf } from './reduce-pods.ts';
import type { ImageState, LogTarget, SessionState } from './state.ts';

/**
 * Work that should be under way. Two effects with the same `key` are the same work. Of those in one `lane` a newer one
 * begins when the older has ended.
 */
export type Effect = { readonly key: string; readonly lane: string } & (
  | { readonly type: 'loadConfig'; readonly generation: number }
  | { readonly type: 'watch' }
  | {
      readonly type: 'settle';
      readonly image: string;
      readonly generation: number;
      readonly since: number;
      readonly quiet: number;
    }
  | { readonly type: 'retry'; readonly what: 'deploy' | 'image' | 'forward' | 'watch'; readonly name: string }
  | { readonly type: 'build'; readonly request: BuildRequest }
  | { readonly type: 'deploy'; readonly request: DeployRequest }
  | { readonly type: 'observe'; readonly namespace: string }
  | { readonly type: 'forward'; readonly spec: ForwardSpec }
  | { readonly type: 'probe'; readonly pod: PodObserved }
  | { readonly type: 'followLogs'; readonly target: LogTarget }
);

/** Why something waits, in words for people: "shop/web" "waiting for image shop/base". */
export interface Hold {
  readonly type: 'sources' | 'git' | 'saves' | 'image' | 'failed-image' | 'log-streams';
  readonly what: string;
  readonly reason: string;
}

export interface Plan {
  readonly effects: ReadonlyMap<string, Effect>;
  readonly holds: readonly Hold[];
}

/** How many logs are read at once; more wait, so that a crowd of pods does not starve the session. */
const LOG_STREAMS = 100;

/**
 * The work that should be under way in a state, and why the rest waits. Pure. What is not in the plan any more is
 * aborted by the kernel; what fell over and still is in it is started again.
 */
export function plan(state: SessionState): Plan {
  if (state.phase === 'stopping') return { effects: new Map(), holds: [] };
  const parts = [
    planConfig(state),
    planWatch(state),
    planBuilds(state),
    planDeploy(state),
    planLive(state),
    planRetries(state),
  ];
  const effects = parts.flatMap((part) => part.effects).filter(({ key }) => !(key in state.crashed));
  return {
    effects: new Map(effects.map((effect) => [effect.key, effect])),
    holds: parts.flatMap((p) => p.holds),
  };
}

interface Part {
  readonly effects: readonly Effect[];
  readonly holds: readonly Hold[];
}

const nothing: Part = { effects: [], holds: [] };

function planConfig({ config }: SessionState): Part {
  if (config.loaded === config.generation || config.failedGeneration === config.generation) return nothing;
  const { generation } = config;
  return {
    effects: [{ type: 'loadConfig', key: `config@${generation}`, lane: 'config', generation }],
    holds: [],
  };
}

/** Other sources are watched by another watcher. */
function planWatch({ config, watch }: SessionState): Part {
  if (!config.current || watch.failure) return nothing;
  return { effects: [{ type: 'watch', key: `watch@${config.current.sources}`, lane: 'watch' }], holds: [] };
}

function planBuilds(state: SessionState): Part {
  const pending = Object.values(state.images).filter(isPending);
  const parts = pending.map((image) => planBuild(state, image));
  return { effects: parts.flatMap((part) => part.effects), holds: parts.flatMap((part) => part.holds) };
}

function planBuild(state: SessionState, image: ImageState): Part {
  const hold = holdFor(state, image);
  if (hold) return { effects: [], holds: [{ what: image.name, ...hold }] };
  const { name, needs, settling } = image;
  const generation = buildableGeneration(image);
  if (settling) {
    const key = `settle:${name}@${generation}`;
    return {
      effects: [{ type: 'settle', key, lane: `settle:${name}`, image: name, generation, ...settling }],
      holds: [{ type: 'saves', what: name, reason: 'waiting for the last of several saves' }],
    };
  }
  const refs = Object.fromEntries(needs.flatMap((need) => refOf(state, need)));
  return {
    effects: [
      {
        type: 'build',
        key: `build:${name}@${generation}`,
        lane: `build:${name}`,
        request: { image: name, generation, refs },
      },
    ],
    holds: restlessHolds(image),
  };
}

function restlessHolds({ name, restless, generation, changedFiles }: ImageState): Hold[] {
  if (restless === undefined || restless === generation) return [];
  const file = changedFiles[0] ?? 'a file of it';
  return [
    {
      type: 'saves',
      what: name,
      reason: `${file} does not cease to change: generation ${restless} is built first`,
    },
  ];
}

function isPending(image: ImageState): boolean {
  if (image.restless !== undefined) return true;
  return image.built?.generation !== image.generation && image.failed?.generation !== image.generation;
}

function refOf(state: SessionState, name: string): [string, string][] {
  const ref = state.images[name]?.built?.ref;
  return ref === undefined ? [] : [[name, ref]];
}

function holdFor(state: SessionState, image: ImageState): Omit<Hold, 'what'> | undefined {
  const { watch } = state;
  if (isBlind(state)) return { type: 'sources', reason: 'starting to watch the sources' };
  if (watch.held !== undefined && image.build?.generation !== buildableGeneration(image)) {
    return { type: 'git', reason: watch.held };
  }
  for (const need of image.needs) {
    const needed = state.images[need];
    if (!needed || needed.built?.generation === needed.generation) continue;
    return needed.failed?.generation === needed.generation
      ? { type: 'failed-image', reason: `image ${need} does not build` }
      : { type: 'image', reason: `waiting for image ${need}` };
  }
  return undefined;
}

/** Files are read only once the watcher is on, so that no save between reading a file and watching it is missed. */
function isBlind({ watch }: SessionState): boolean {
  return !watch.started && !watch.failure;
}

function planDeploy(state: SessionState): Part {
  const { generation, done, failedGeneration, refs } = state.deploy;
  const holds = heldResources(state);
  const isDone = generation <= done || failedGeneration === generation;
  if (!state.config.current || isDone || isBlind(state)) return { effects: [], holds };
  const built = Object.fromEntries(Object.entries(refs).filter(([name]) => name in state.images));
  const request: DeployRequest = { generation, refs: built, applied: appliedHashes(state) };
  return { effects: [{ type: 'deploy', key: `deploy@${generation}`, lane: 'deploy', request }], holds };
}

function heldResources(state: SessionState): Hold[] {
  return Object.values(state.resources).flatMap(({ key, heldFor }): Hold[] => {
    if (heldFor === undefined) return [];
    const image = state.images[heldFor];
    const broken = image !== undefined && image.failed?.generation === image.generation;
    return broken
      ? [{ type: 'failed-image', what: key, reason: `image ${heldFor} does not build` }]
      : [{ type: 'image', what: key, reason: `waiting for image ${heldFor}` }];
  });
}

function appliedHashes(state: SessionState): Record<string, string> {
  const entries = Object.values(state.resources).flatMap(({ key, hash }): [string, string][] =>
    hash === undefined ? [] : [[key, hash]],
  );
  return Object.fromEntries(entries);
}

/** What lives as long as the session: watches of the cluster, forwards, logs. */
function planLive(state: SessionState): Part {
  const { current } = state.config;
  if (!current) return nothing;
  const observe = namespacesOf(state, current.namespaces).map(
    (namespace): Effect => ({
      type: 'observe',
      key: `observe:${namespace}`,
      lane: `observe:${namespace}`,
      namespace,
    }),
  );
  const forwards = Object.values(state.forwards)
    .filter((forward) => !forward.failure)
    .map(({ spec }): Effect => ({ type: 'forward', ...forwardKeys(spec), spec }));
  const targets = Object.values(state.targets).filter((target) => !target.ended);
  const logs = targets.slice(0, LOG_STREAMS).map(
    (target): Effect => ({
      type: 'followLogs',
      key: `logs:${target.id}`,
      lane: `logs:${target.id}`,
      target,
    }),
  );
  const waiting = targets.slice(LOG_STREAMS).map(
    (t): Hold => ({
      type: 'log-streams',
      what: `${t.pod}/${t.container}`,
      reason: 'waiting for a log stream',
    }),
  );
  return { effects: [...observe, ...forwards, ...planProbes(state), ...logs], holds: waiting };
}

/**
 * Pods that run but are not said to be ready: the kubelet tells it up to two seconds late, so that forwards would stay
 * with the old pod that long. Only where rockpool can ask the very probes that the kubelet asks.
 */
function planProbes(state: SessionState): Effect[] {
  if (Object.keys(state.forwards).length === 0) return [];
  return Object.values(state.pods)
    .filter((pod) => pod.mine && pod.phase === 'Running' && !pod.ready && !pod.deleting)
    .filter((pod) => pod.containers.filter(({ kind }) => kind === 'app').every(isAskable))
    .map((pod) => ({
      type: 'probe',
      key: `probe:${pod.uid}/${instancesOf(pod)}`,
      lane: `probe:${pod.uid}`,
      pod,
    }));
}

function isAskable({ ready, state, probe }: PodObserved['containers'][number]): boolean {
  return ready || (state === 'running' && probe !== undefined);
}

/** What failed for a reason that may pass is tried again after a while. */
function planRetries({ deploy, images, forwards, watch }: SessionState): Part {
  const retry = (what: Extract<Effect, { type: 'retry' }>['what'], name: string, generation = 0): Effect => {
    const key = `retry:${what}:${name}@${generation}`;
    return { type: 'retry', key, lane: key, what, name };
  };
  const deployFailed = deploy.failedGeneration === deploy.generation && deploy.failures.some(mayPass);
  const broken = Object.values(images).filter(({ failed, generation }) => failed?.generation === generation);
  return {
    effects: [
      ...(deployFailed ? [retry('deploy', '', deploy.generation)] : []),
      ...broken.flatMap(({ name, failed, generation }) =>
        failed && mayPass(failed.failure) ? [retry('image', name, generation)] : [],
      ),
      ...Object.values(forwards).flatMap(({ spec, failure }) =>
        failure && mayPass(failure) ? [retry('forward', spec.id)] : [],
      ),
      ...(watch.failure && mayPass(watch.failure) ? [retry('watch', '')] : []),
    ],
    holds: [],
  };
}

/** The session's own namespaces and those that its manifests name. */
function namespacesOf(state: SessionState, own: readonly string[]): string[] {
  const used = Object.keys(state.resources).map((key) => key.split('/')[1] ?? '');
  return [...new Set([...own, ...used.filter((namespace) => namespace !== '')])];
}

/** A forward whose target or local port was edited is another one; it may have the local port once the old one let go. */
function forwardKeys({ id, namespace, local }: ForwardSpec): Pick<Effect, 'key' | 'lane'> {
  const key = `forward:${namespace}/${id}:${local}`;
  return { key, lane: local === 'auto' ? key : `port:${local}` };
}
