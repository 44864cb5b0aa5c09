import { describe, expect, it } from 'vitest';
import { chooseTarget } from '../../../src/forward/choose-target.ts';
import { whyNoTarget } from '../../../src/forward/why-no-target.ts';
import type { ForwardSpec } from '../../../src/session/events.ts';
import type { PodObserved, ServiceObserved } from '../../../src/session/observed.ts';
import { type ImageState, initialState, type SessionState } from '../../../src/session/state.ts';
import { pod } from '../../support/events.ts';

const web: ServiceObserved = {
  namespace: 'shop',
  name: 'web',
  selector: { app: 'web' },
  ports: [
    { name: 'http', port: 80, targetPort: 'http' },
    { name: 'metrics', port: 9090, targetPort: 9100 },
  ],
};

function state(pods: PodObserved[], over: Partial<SessionState> = {}): SessionState {
  return {
    ...initialState,
    pods: Object.fromEntries(pods.map((p) => [`${p.namespace}/${p.name}`, p])),
    services: { 'shop/web': web },
    ...over,
  };
}

function forward(over: Partial<ForwardSpec> = {}): ForwardSpec {
  return { id: 'f', kind: 'service', name: 'web', namespace: 'shop', port: 80, local: 8080, ...over };
}

function image(refs: string[]): ImageState {
  return {
    name: 'web',
    context: 'web',
    needs: [],
    inputs: '',
    generation: refs.length,
    changedAt: 0,
    changedFiles: [],
    refs: refs.map((ref, index) => ({ ref, generation: index + 1 })),
  };
}

const trouble = (reason: string): Partial<PodObserved> => ({
  ready: false,
  containers: [{ ...pod().containers[0]!, ready: false, state: 'waiting', reason }],
});

describe('the pod that a connection goes to', () => {
  const served: [string, Partial<ForwardSpec>, PodObserved[], [string, number] | undefined][] = [
    ['a Service by port number, named target port', {}, [pod()], ['web-1', 80]],
    ['a Service by port name', { port: 'metrics' }, [pod()], ['web-1', 9100]],
    ['a Service without that port', { port: 81 }, [pod()], undefined],
    ['a Service of another namespace', { namespace: 'other' }, [pod()], undefined],
    ['a pod that the selector leaves out', {}, [pod({ labels: { app: 'api' } })], undefined],
    [
      'a pod without the named port',
      {},
      [pod({ containers: [{ ...pod().containers[0]!, ports: {} }] })],
      undefined,
    ],
    ['a deployment', { kind: 'deployment', port: 3000 }, [pod()], ['web-1', 3000]],
    ['a deployment, named container port', { kind: 'deployment', port: 'http' }, [pod()], ['web-1', 80]],
    ['a statefulset of the same name', { kind: 'statefulset' }, [pod()], undefined],
    ['a statefulset', { kind: 'statefulset' }, [pod({ owner: 'StatefulSet/shop/web' })], ['web-1', 80]],
    ['a daemonset', { kind: 'daemonset' }, [pod({ owner: 'DaemonSet/shop/web' })], ['web-1', 80]],
    ['a pod', { kind: 'pod', name: 'web-1' }, [pod()], ['web-1', 80]],
    ['another pod', { kind: 'pod', name: 'web' }, [pod()], undefined],
    ['a pod that is not ready', {}, [pod({ ready: false })], undefined],
    ['a pod that is being deleted', {}, [pod({ deleting: true })], undefined],
    [
      'the youngest of several',
      {},
      [pod({ createdAt: 5 }), pod({ name: 'web-2', createdAt: 9 }), pod({ name: 'web-3', createdAt: 7 })],
      ['web-2', 80],
    ],
    [
      'an older ready one before a younger that is not',
      {},
      [pod({ createdAt: 5 }), pod({ name: 'web-2', createdAt: 9, ready: false })],
      ['web-1', 80],
    ],
  ];
  it.each(served)('%s', (_, spec, pods, expected) => {
    const target = chooseTarget(state(pods), forward(spec));
    expect(target && [target.pod.name, target.port]).toEqual(expected);
  });

  it('is the one with the newest image, also when it is the older pod', () => {
    const pods = [
      pod({ name: 'old', createdAt: 9, image: 'web:rp-1' }),
      pod({ name: 'swapped', createdAt: 1, image: 'web:rp-2' }),
    ];
    const images = { web: image(['web:rp-1', 'web:rp-2']) };
    expect(chooseTarget(state(pods, { images }), forward())?.pod.name).toBe('swapped');
    const switchedBack = { web: image(['web:rp-2', 'web:rp-1']) };
    expect(chooseTarget(state(pods, { images: switchedBack }), forward())?.pod.name).toBe('old');
  });

  it('takes an image that is no longer remembered for older than all that are', () => {
    const pods = [
      pod({ name: 'ancient', createdAt: 9, image: 'web:rp-0' }),
      pod({ name: 'old', createdAt: 1, image: 'web:rp-1' }),
    ];
    const images = { web: image(['web:rp-1', 'web:rp-2']) };
    expect(chooseTarget(state(pods, { images }), forward())?.pod.name).toBe('old');
  });

  it('is none of a Service without a selector', () => {
    const services = { 'shop/web': { namespace: 'shop', name: 'web', ports: web.ports } };
    expect(chooseTarget(state([pod()], { services }), forward())).toBeUndefined();
  });
});

describe('why there is no target', () => {
  const reasons: [Partial<ForwardSpec>, PodObserved[], string][] = [
    [{ name: 'shop' }, [], 'no Service shop in namespace shop'],
    [{ port: 81 }, [pod()], 'Service web has no port 81; it has http/80, metrics/9090'],
    [{}, [], 'no pod matches its selector app=web'],
    [{}, [pod(trouble('CrashLoopBackOff'))], 'pod web-1 is not ready: CrashLoopBackOff'],
    [{}, [pod({ ready: false })], 'pod web-1 is not ready: its readiness probe has not passed yet'],
    [{}, [pod({ ready: false, phase: 'Pending' })], 'pod web-1 is not ready: pending'],
    [{}, [pod({ deleting: true })], 'pod web-1 is being deleted'],
    [
      {},
      [
        pod({ deleting: true, createdAt: 9 }),
        pod({ name: 'web-2', ...trouble('ImagePullBackOff'), createdAt: 8 }),
        pod({ name: 'web-3', ...trouble('CrashLoopBackOff'), createdAt: 7 }),
      ],
      'pod web-2 is not ready: ImagePullBackOff (and 1 more)',
    ],
    [
      {},
      [pod({ containers: [{ ...pod().containers[0]!, ports: {} }] })],
      'no container of pod web-1 has a port named http',
    ],
    [{ kind: 'deployment' }, [], 'no Deployment web in namespace shop'],
    [{ kind: 'pod', name: 'x' }, [pod()], 'no pod x in namespace shop'],
  ];
  it.each(reasons)('%j: %#', (spec, pods, reason) => {
    expect(chooseTarget(state(pods), forward(spec))).toBeUndefined();
    expect(whyNoTarget(state(pods), forward(spec))).toBe(reason);
  });

  it('tells a workload without pods from one that is not there', () => {
    const key = 'Deployment/shop/web';
    const workload = {
      key,
      mine: true,
      rollout: 'progressing',
      desired: 1,
      updated: 0,
      ready: 0,
      images: [],
    } as const;
    const workloads = { [key]: { ...workload, images: [], since: 0 } };
    expect(whyNoTarget(state([], { workloads }), forward({ kind: 'deployment' }))).toBe(
      'Deployment web has no pod yet',
    );
  });

  it('says that a Service without a selector cannot be forwarded to', () => {
    const services = { 'shop/web': { namespace: 'shop', name: 'web', ports: web.ports } };
    expect(whyNoTarget(state([pod()], { services }), forward())).toMatch(/^Service web has no selector/);
  });
});
