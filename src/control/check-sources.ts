import { isDeepStrictEqual } from 'node:util';
import { ContextChanged } from '../build/open-listed.ts';
import type { Config } from '../config/config.ts';
import { KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import type { EventBody, SessionConfig } from '../session/events.ts';
import { type Failure, mayPass, RockpoolError } from '../session/failure.ts';
import type { SessionState } from '../session/state.ts';
import type { Verdict } from './verdict.ts';

type FilesChanged = Extract<EventBody, { type: 'files.changed' }>;

/** What a session may not have been told. */
export interface Unseen {
  /** saves that are in none of the newest generations */
  readonly changed?: FilesChanged;
  /** what cannot be compared at this moment, in words */
  readonly lags?: string;
  /** uids of pods that are of an older pod template */
  readonly oldPods?: ReadonlySet<string>;
}

/** Finds out what a session was not told. Rejects only with the signal's reason, or for a bug. */
export type SourceCheck = (state: SessionState, verdict: Verdict, signal: AbortSignal) => Promise<Unseen>;

/** What the sources would give now, computed afresh. */
export interface FreshSources {
  config(signal: AbortSignal): Promise<{ readonly config: Config; readonly session: SessionConfig }>;
  inForce(): Config;
  /** the ref of each image, or why it has none; absent for those that need one that has none */
  refs(session: SessionConfig, signal: AbortSignal): Promise<Readonly<Record<string, FreshRef>>>;
  /** hashes of the manifests as they are rendered with these refs */
  manifests(
    refs: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, string>>>;
  /** asks the apiserver itself what it has */
  cluster(state: SessionState, verdict: Verdict, signal: AbortSignal): Promise<Unseen>;
}

export type FreshRef = { readonly ref: string } | { readonly failures: readonly Failure[] };

/** Compares what the sources would give now with what the session worked from, and its word on the cluster with the cluster's. */
export function createSourceCheck(fresh: FreshSources): SourceCheck {
  return async (state, verdict, signal) => {
    try {
      const session = await freshConfig(state, fresh, signal);
      if (session === 'changed') return { changed: changes({ config: ['rockpool.yaml'] }) };
      if (session === 'broken') return {};
      const images = await changedImages(state, fresh, session, signal);
      const manifests = await changedManifests(state, fresh, signal);
      if (images.length > 0 || manifests.length > 0) return { changed: changes({ images, manifests }) };
      return await fresh.cluster(state, verdict, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!passes(error)) throw error;
      return { lags: error.message };
    }
  };
}

/** What may be another thing at the next look. */
function passes(error: unknown): error is Error {
  return [ContextChanged, RockpoolError, KubeError, KubeUnreachable].some((type) => error instanceof type);
}

async function freshConfig(
  { config }: SessionState,
  fresh: FreshSources,
  signal: AbortSignal,
): Promise<SessionConfig | 'changed' | 'broken'> {
  const found = await orFailures(fresh.config(signal));
  const isBroken = config.failedGeneration === config.generation;
  if ('failures' in found) {
    return isBroken && isDeepStrictEqual(found.failures, config.failures) ? 'broken' : 'changed';
  }
  const { session } = found.value;
  const same =
    isDeepStrictEqual(session, config.current) && isDeepStrictEqual(found.value.config, fresh.inForce());
  return isBroken || !same ? 'changed' : session;
}

async function changedImages(
  state: SessionState,
  fresh: FreshSources,
  session: SessionConfig,
  signal: AbortSignal,
): Promise<string[]> {
  const refs = await fresh.refs(session, signal);
  return Object.values(state.images)
    .filter(({ name, generation, built, failed, sync }) => {
      const found = refs[name];
      if (!found) return false;
      if ('failures' in found)
        return !isSameFailure(found.failures, failed?.generation === generation && failed.failure);
      if (failed?.generation === generation) return failed.ref !== found.ref;
      if (sync) return sync.done === generation && sync.ref !== found.ref;
      return built?.generation === generation && built.ref !== found.ref;
    })
    .map(({ name }) => name);
}

function isSameFailure(found: readonly Failure[], known: Failure | false): boolean {
  if (found.some(mayPass)) throw new RockpoolError(found);
  return known !== false && isDeepStrictEqual(found[0], known);
}

async function changedManifests(
  state: SessionState,
  fresh: FreshSources,
  signal: AbortSignal,
): Promise<string[]> {
  const { deploy, images, resources } = state;
  const built = Object.fromEntries(Object.entries(deploy.refs).filter(([name]) => name in images));
  const found = await orFailures(fresh.manifests(built, signal));
  const isBroken = deploy.failedGeneration === deploy.generation && deploy.rendered !== deploy.generation;
  if ('failures' in found)
    return isBroken && isDeepStrictEqual(found.failures, deploy.failures) ? [] : ['manifests'];
  if (isBroken) return deploy.failures.some(mayPass) ? [] : ['manifests'];
  const known = Object.fromEntries(Object.values(resources).map(({ key, wanted = '' }) => [key, wanted]));
  const differs = Object.keys({ ...known, ...found.value }).filter((key) => known[key] !== found.value[key]);
  return differs.map((key) => resources[key]?.file ?? key);
}

/** What was expected to be able to fail. */
async function orFailures<T>(work: Promise<T>): Promise<{ value: T } | { failures: readonly Failure[] }> {
  try {
    return { value: await work };
  } catch (error) {
    if (!(error instanceof RockpoolError)) throw error;
    if (error.failures.some(mayPass)) throw error;
    return { failures: error.failures };
  }
}

function changes({ images = [], manifests = [], config = [] }: Record<string, string[]>): FilesChanged {
  const unique = [...new Set(manifests)];
  return {
    type: 'files.changed',
    images: Object.fromEntries(images.map((name) => [name, []])),
    manifests: unique,
    config,
    count: images.length + unique.length + config.length,
  };
}
