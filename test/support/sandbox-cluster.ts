import { ApiError } from '../../src/sandbox/api/api-error.ts';
import { createStore, type Store } from '../../src/sandbox/api/objects/store.ts';
import type { StoredObject } from '../../src/sandbox/api/objects/stored-object.ts';
import { createObjectsClient, type ObjectsClient } from '../../src/sandbox/api/objects-client.ts';
import type { WriteContext } from '../../src/sandbox/api/put-object.ts';
import { createRegistry } from '../../src/sandbox/api/registry.ts';
import { EVENTS, NODES, PODS, type Pod } from '../../src/sandbox/controllers/objects.ts';
import { startControllers } from '../../src/sandbox/controllers/start-controllers.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

/** The sandbox's API and controllers without a wire, with pods that run in name only, and a clock of the test's. */
export interface SandboxCluster {
  readonly store: Store;
  readonly objects: ObjectsClient;
  readonly clock: ManualClock;
  readonly write: WriteContext;
  /** The API refuses objects of this kind from now on, with this message; undefined: it takes them again. */
  refuse(kind: string, message: string | undefined): void;
  /** The same with an error that nobody expects. */
  fail(kind: string, error: Error | undefined): void;
  /** what controllers did not expect */
  readonly bugs: unknown[];
  /** Lets controllers do what is to be done, and nothing else. */
  settle(): void;
  /** Lets pods start (those that `works` says), end, and controllers follow, until nothing changes any more. */
  run(works?: (pod: Pod) => boolean): void;
  /** Moves on in time, and lets controllers follow. */
  pass(ms: number): Promise<void>;
  /** `type reason object message`, in the order they were told */
  events(): string[];
  close(): void;
  /** Starts controllers anew after `close`. */
  restart(): void;
}

export function startSandboxCluster(
  options: { node?: object | false; volumes?: string } = {},
): SandboxCluster {
  const clock = createManualClock(Date.parse('2026-01-01T00:00:00Z'));
  const refused = new Map<string, Error>();
  const plain = createStore();
  const store: Store = {
    ...plain,
    put(kind, object) {
      const error = refused.get(object.kind);
      if (error) throw error;
      return plain.put(kind, object);
    },
  };
  let addresses = 0;
  const write: WriteContext = {
    store,
    now: () => new Date(clock.now()),
    freeAddress: () => `127.96.0.${++addresses}`,
  };
  const bugs: unknown[] = [];
  const objects = createObjectsClient(write, 'test');
  const told: string[] = [];
  store.watch(EVENTS, 0, ({ object }) => {
    const { name } = object.involvedObject as { name: string };
    told.push(`${object.type} ${object.reason} ${name}: ${object.message}`);
  });
  const report = (error: unknown) => bugs.push(error);
  const start = () =>
    startControllers(
      { store, registry: createRegistry(store), write },
      { clock, volumes: options.volumes ?? '/nowhere', certificate: 'PEM', report },
    );
  let controllers = start();
  const fail = (kind: string, error: Error | undefined): void => {
    if (error) refused.set(kind, error);
    else refused.delete(kind);
  };
  if (options.node !== false) {
    const node = { metadata: { name: 'sandbox' }, spec: {}, ...options.node };
    objects.create(NODES, '', node);
  }
  let started = 0;
  const kubelet = (works: (pod: Pod) => boolean): void => {
    for (const pod of objects.list<Pod>(PODS).filter(({ spec }) => spec?.nodeName !== undefined)) {
      if (pod.metadata.deletionTimestamp !== undefined) objects.delete(PODS, pod, 0);
      else if (works(pod) && pod.status?.podIP === undefined) {
        started += 1;
        objects.updateStatus(PODS, withStatus(pod, running(pod, `127.1.0.${started}`, clock.now())));
      }
    }
  };
  return {
    ...{ store, objects, clock, write, bugs },
    fail,
    refuse: (kind, message) =>
      fail(kind, message === undefined ? undefined : new ApiError(403, 'Forbidden', message)),
    restart() {
      controllers = start();
    },
    settle: () => controllers.settle(),
    run(works = () => true) {
      let version: number;
      do {
        version = store.version();
        controllers.settle();
        kubelet(works);
      } while (store.version() !== version);
    },
    async pass(ms) {
      clock.advance(ms);
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      controllers.settle();
    },
    events: () => told,
    close: () => controllers.close(),
  };
}

/** Pure. */
export function withStatus(pod: Pod, status: object): Pod {
  return { ...pod, status: { ...pod.status, ...status } } as Pod;
}

function running({ status }: Pod, podIP: string, now: number): object {
  const lastTransitionTime = new Date(now).toISOString();
  const ready = { type: 'Ready', status: 'True', lastTransitionTime };
  return { phase: 'Running', podIP, conditions: [...(status?.conditions ?? []), ready] };
}

/** The names of objects, as they are listed. Pure. */
export function names(list: readonly StoredObject[]): string[] {
  return list.map(({ metadata }) => metadata.name);
}
