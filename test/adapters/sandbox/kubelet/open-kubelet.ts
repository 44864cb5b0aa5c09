import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { KubeClient, KubeConnections } from '../../../../src/kube/kube-client.ts';
import { loadKubeConfig } from '../../../../src/kube/kubeconfig.ts';
import { createUndiciKubeClient } from '../../../../src/kube/undici-kube-client.ts';
import { builtinKind } from '../../../../src/sandbox/api/kinds.ts';
import type { StoredObject } from '../../../../src/sandbox/api/objects/stored-object.ts';
import { createObjectsClient, type ObjectsClient } from '../../../../src/sandbox/api/objects-client.ts';
import { startApi } from '../../../../src/sandbox/api/start-api.ts';
import { PODS, type Pod } from '../../../../src/sandbox/kubelet/objects.ts';
import {
  type Kubelet,
  type KubeletOptions,
  startKubelet,
} from '../../../../src/sandbox/kubelet/start-kubelet.ts';
import { createProcessRuntime } from '../../../../src/sandbox/runtime/process-runtime.ts';
import type { ImageConfig } from '../../../../src/sandbox/runtime/runtime.ts';
import { imageOf } from '../runtime/image-of.ts';

export interface OpenKubelet {
  readonly kubelet: Kubelet;
  readonly objects: ObjectsClient;
  readonly client: KubeClient & KubeConnections;
  readonly kubeconfig: string;
  readonly dir: string;
  readonly images: Map<string, ImageConfig>;
  /** An image of shell scripts and the like. */
  build(ref: string, files: Record<string, string>, more?: Partial<ImageConfig>): void;
  create(kind: string, object: object): StoredObject;
  /** A pod of the namespace `shop`, bound to the node. */
  run(name: string, spec: object, metadata?: object): Pod;
  pod(name: string): Pod | undefined;
  /** Resolves when it is so. */
  until(name: string, is: (pod: Pod) => unknown): Promise<Pod>;
  /** `reason message` of the events of a pod */
  events(name: string): string[];
}

/** An API with a kubelet that starts processes, and rockpool's own client for it; all end with the test. */
export async function openKubelet(more: Partial<KubeletOptions> = {}): Promise<OpenKubelet> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'sandbox-')));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  let kubelet: Kubelet | undefined;
  const api = await startApi({
    pods: {
      log: (...args) => kubelet!.log(...args),
      upgrade: (...args) => kubelet!.upgrade(...args),
    },
  });
  onTestFinished(() => api.server.close());
  const runtime = await createProcessRuntime({ dir: join(dir, 'runtime') });
  const images = new Map<string, ImageConfig>();
  const backoff = { first: 100, most: 400 };
  const store = { find: (ref: string) => images.get(ref) };
  kubelet = startKubelet(api, { images: store, runtime, clock: Date, dir, backoff, ...more });
  onTestFinished(async () => {
    await kubelet.close();
    await runtime.close();
  });
  const kubeconfig = join(dir, 'kubeconfig');
  await writeFile(kubeconfig, api.kubeconfig);
  const client = await createUndiciKubeClient(await loadKubeConfig({ path: kubeconfig, env: {} }), 'sandbox');
  onTestFinished(() => client.close());
  const objects = createObjectsClient(api.write, 'test');
  const NAMESPACES = builtinKind('', 'namespaces');
  objects.create(NAMESPACES, '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  const pod = (name: string) => objects.get<Pod>(PODS, 'shop', name);
  return {
    ...{ kubelet, objects, client, kubeconfig, dir, images, pod },
    build: (ref, files, config = {}) =>
      images.set(ref, imageOf(dir, files, { id: `sha256:${ref}`, ...config })),
    create(kind, object) {
      const found = ['', 'apps', 'discovery.k8s.io'].flatMap((group) => {
        try {
          return [builtinKind(group, kind)];
        } catch {
          return [];
        }
      })[0]!;
      return objects.create(found, 'shop', object);
    },
    run: (name, spec, metadata = {}) =>
      objects.create<Pod>(PODS, 'shop', {
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata } },
        spec: { nodeName: 'sandbox', terminationGracePeriodSeconds: 5, ...spec },
      }),
    async until(name, is) {
      return vi.waitUntil(
        () => {
          const now = pod(name);
          return now && is(now) ? now : undefined;
        },
        { timeout: 20_000, interval: 10 },
      );
    },
    events: (name) =>
      objects
        .list<StoredObject & { reason: string; message: string; involvedObject: { name: string } }>(
          builtinKind('', 'events'),
          'shop',
        )
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map(({ reason, message }) => `${reason} ${message}`),
  };
}

/** Of the first container. */
export const stateOf = ({ status }: Pod) => status?.containerStatuses?.[0]?.state ?? {};

export const isReady = ({ status }: Pod) =>
  status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');

/** Follows the log of a pod. Resolves when its first line has come; `all` when it has ended. */
export async function followLog({ client }: OpenKubelet, pod: string): Promise<{ all: Promise<string> }> {
  const path = `/api/v1/namespaces/shop/pods/${pod}/log`;
  const { signal } = new AbortController();
  const stream = await client.stream({ method: 'GET', path, query: { follow: true }, signal } as never);
  const begun = Promise.withResolvers<void>();
  const read = async () => {
    let all = '';
    for await (const chunk of stream) {
      all += Buffer.from(chunk).toString();
      begun.resolve();
    }
    begun.resolve();
    return all;
  };
  const all = read();
  await begun.promise;
  return { all };
}
