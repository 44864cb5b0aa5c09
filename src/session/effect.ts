import type { ForwardSpec } from './events.ts';
import type { PodObserved } from './observed.ts';
import type { BuildRequest, DeployRequest, PruneRequest, SyncRequest } from './ports.ts';
import type { LogTarget } from './state.ts';

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
  | { readonly type: 'sync'; readonly request: SyncRequest }
  | {
      readonly type: 'proveSync';
      readonly image: string;
      readonly generation: number;
      readonly pods: readonly PodObserved[];
    }
  | { readonly type: 'renewPod'; readonly pod: PodObserved }
  | { readonly type: 'deploy'; readonly request: DeployRequest }
  | { readonly type: 'observe'; readonly namespace: string }
  | { readonly type: 'forward'; readonly spec: ForwardSpec }
  | { readonly type: 'probe'; readonly pod: PodObserved }
  | { readonly type: 'followLogs'; readonly target: LogTarget }
  | { readonly type: 'awaitPlace'; readonly pod: Pick<PodObserved, 'namespace' | 'name' | 'uid'> }
  | { readonly type: 'readCrash'; readonly target: LogTarget }
  | { readonly type: 'holdLease' }
  | { readonly type: 'watchClock' }
  | { readonly type: 'watchCluster' }
  | {
      readonly type: 'missImage';
      readonly image: string;
      readonly ref: string;
      /** ms since the epoch */
      readonly notBefore: number;
    }
  | {
      readonly type: 'wakePods';
      readonly image: string;
      readonly generation: number;
      readonly pods: readonly PodObserved[];
    }
  | { readonly type: 'prune'; readonly request: PruneRequest }
);

/** Why something waits, in words for people: "shop/web" "waiting for image shop/base". */
export interface Hold {
  readonly type:
    | 'sources'
    | 'git'
    | 'saves'
    | 'paused'
    | 'cluster'
    | 'docker'
    | 'image'
    | 'failed-image'
    | 'deleted'
    | 'log-streams';
  readonly what: string;
  readonly reason: string;
}

export interface Plan {
  readonly effects: ReadonlyMap<string, Effect>;
  readonly holds: readonly Hold[];
}

/** A share of a plan. */
export interface Part {
  readonly effects: readonly Effect[];
  readonly holds: readonly Hold[];
}

export const nothing: Part = { effects: [], holds: [] };
