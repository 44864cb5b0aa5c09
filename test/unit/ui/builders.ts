import type { EventBody, SessionConfig, SessionEvent } from '../../../src/session/events.ts';
import type { Failure } from '../../../src/session/failure.ts';
import type { ContainerObserved, PodObserved, WorkloadObserved } from '../../../src/session/observed.ts';
import { reduce } from '../../../src/session/reduce.ts';
import { initialState, type SessionState } from '../../../src/session/state.ts';

/** When the sessions of these tests start, in ms since the epoch. */
export const START = 1_000_000;

/** Facts with the seconds after the start at which they came. */
export type Story = readonly (readonly [seconds: number, body: EventBody])[];

/** The facts of a story, stamped. */
export function events(story: Story): SessionEvent[] {
  return story.map(([seconds, body], index) => ({
    v: 1,
    seq: index + 1,
    at: START + seconds * 1000,
    ...body,
  }));
}

/** The state at the end of a story. */
export function stateAfter(story: Story): SessionState {
  return events(story).reduce(reduce, initialState);
}

export const config = (over: Partial<SessionConfig> = {}): SessionConfig => ({
  images: [
    { name: 'shop/web', context: 'web', dockerfile: 'web/Dockerfile', needs: [], inputs: 'i' },
    { name: 'shop/api', context: 'api', dockerfile: 'api/Dockerfile', needs: [], inputs: 'i' },
  ],
  forwards: [
    { id: 'service/web:80', kind: 'service', name: 'web', namespace: 'shop', port: 80, local: 8080 },
  ],
  namespaces: ['shop'],
  sources: 's',
  ...over,
});

export const started: EventBody = {
  type: 'session.started',
  app: 'shop',
  context: 'minikube',
  namespace: 'shop',
};

export const loaded = (over: Partial<SessionConfig> = {}): EventBody => ({
  type: 'config.loaded',
  generation: 1,
  config: config(over),
});

export const failure = (over: Partial<Failure> = {}): Failure => ({
  code: 'BUILD_FAILED',
  subject: 'image/shop/web',
  message: 'The step RUN npm ci ended with exit code 1.',
  ...over,
});

export const saved = (image: string, ...files: string[]): EventBody => ({
  type: 'files.changed',
  images: { [image]: files },
  manifests: [],
  config: [],
  count: files.length,
});

export const building = (image: string, generation: number): EventBody => ({
  type: 'build.started',
  image,
  generation,
  ref: `${image}:rp-${generation}`,
});

export const built = (image: string, generation: number, durationMs = 140, skipped = false): EventBody => ({
  type: 'build.succeeded',
  image,
  generation,
  ref: `${image}:rp-${generation}`,
  skipped,
  durationMs,
});

export const rendered = (
  resources: Record<string, string[]>,
  held: Record<string, string> = {},
): EventBody => ({
  type: 'manifests.rendered',
  generation: 1,
  resources: Object.entries(resources).map(([key, images]) => ({ key, file: 'k8s/all.yaml', images })),
  held: Object.entries(held).map(([key, image]) => ({ key, image })),
  warnings: [],
});

export const applied = (
  key: string,
  outcome: 'created' | 'changed' | 'unchanged' = 'created',
): EventBody => ({
  type: 'resource.applied',
  generation: 1,
  key,
  hash: 'h',
  outcome,
  warnings: [],
});

export const deployed = (generation: number): EventBody => ({
  type: 'deploy.succeeded',
  generation,
  durationMs: 210,
});

export const workload = (key: string, over: Partial<WorkloadObserved> = {}): EventBody => ({
  type: 'workload.observed',
  workload: { key, mine: true, rollout: 'complete', desired: 1, updated: 1, ready: 1, images: [], ...over },
});

export const container = (over: Partial<ContainerObserved> = {}): ContainerObserved => ({
  name: 'web',
  kind: 'app',
  image: 'shop/web:rp-1',
  containerId: 'docker://1',
  state: 'running',
  ready: true,
  restarts: 0,
  ports: {},
  ...over,
});

const podOf = (over: Partial<PodObserved> = {}): PodObserved => ({
  namespace: 'shop',
  name: 'web-7d9f8c6b5-x2x4k',
  uid: 'uid-1',
  labels: { app: 'web' },
  mine: true,
  owner: 'Deployment/shop/web',
  phase: 'Running',
  ready: true,
  deleting: false,
  createdAt: START,
  containers: [container()],
  ...over,
});

export const pod = (over: Partial<PodObserved> = {}): EventBody => ({
  type: 'pod.observed',
  pod: podOf(over),
});

/** A pod of the web Deployment that runs a generation of shop/web. */
export const webPod = (generation: number, over: Partial<PodObserved> = {}): EventBody =>
  pod({
    name: `web-7d9f8c6b5-${generation}`,
    uid: `uid-${generation}`,
    containers: [container({ image: `shop/web:rp-${generation}` })],
    ...over,
  });

export const WEB = 'Deployment/shop/web';

/** Web and api are up in generation 1, two seconds after the start. */
export const up: Story = [
  [0, started],
  [0, loaded()],
  [0.1, { type: 'watch.started' }],
  [0.1, { type: 'forward.opened', forward: 'service/web:80', port: 8080 }],
  [0.2, building('shop/web', 1)],
  [0.6, built('shop/web', 1)],
  [0.7, built('shop/api', 1)],
  [
    0.8,
    rendered({ [WEB]: ['shop/web'], 'Deployment/shop/api': ['shop/api'], 'ConfigMap/shop/settings': [] }),
  ],
  [0.9, applied(WEB)],
  [0.9, applied('Deployment/shop/api')],
  [1, deployed(3)],
  [1.1, workload(WEB, { rollout: 'progressing', ready: 0, images: ['shop/web:rp-1'] })],
  [2, webPod(1)],
  [2, workload(WEB, { images: ['shop/web:rp-1'] })],
  [2, workload('Deployment/shop/api', { images: ['shop/api:rp-1'] })],
  [
    2,
    pod({
      name: 'api-1',
      uid: 'api',
      owner: 'Deployment/shop/api',
      containers: [container({ name: 'api', image: 'shop/api:rp-1' })],
    }),
  ],
];
