import { EventEmitter, once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { Kube } from './bare-kube.ts';

interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly deletionTimestamp?: string;
    readonly resourceVersion: string;
  };
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
  readonly status: {
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Follows the pods of a namespace with one watch from its beginning. */
export function watchPods(kube: Kube, namespace: string, signal: AbortSignal) {
  const pods = new Map<string, Pod>();
  const changes = new EventEmitter();
  follow(kube, namespace, signal, (type, pod) => {
    if (type === 'DELETED') pods.delete(pod.metadata.name);
    else pods.set(pod.metadata.name, pod);
    changes.emit('change');
  }).catch((error) => signal.aborted || changes.emit('error', error));
  const until = async <T>(find: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await once(changes, 'change', { signal });
    }
  };
  const ofImage = (image: string) =>
    [...pods.values()].find((pod) => pod.spec.containers[0]?.image === image);
  return {
    /** Resolves when the pod that runs the image answers with the text, asked on its own address. */
    async answers(image: string, text: string): Promise<void> {
      const ip = await until(() => ofImage(image)?.status.podIP);
      while ((await ask(`http://${ip}:8080/`)) !== text) await new Promise((done) => setTimeout(done, 2));
    },
    /** Resolves when that pod is ready and the only one left. */
    async settled(image: string): Promise<void> {
      await until(() => (pods.size === 1 && isReady(ofImage(image)) ? true : undefined));
    },
  };
}

async function follow(
  kube: Kube,
  namespace: string,
  signal: AbortSignal,
  observe: (type: string, pod: Pod) => void,
): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods?watch=1&resourceVersion=0&timeoutSeconds=3600`;
  for await (const line of createInterface({ input: await kube.stream(path, signal) })) {
    const { type, object } = JSON.parse(line);
    observe(type, object);
  }
  if (!signal.aborted) throw new Error('the watch of the pods ended');
}

/** The answer without its line end, or undefined while nothing listens. */
async function ask(url: string): Promise<string | undefined> {
  try {
    const [answer]: IncomingMessage[] = await once(get(url, { agent: false, timeout: 1_000 }), 'response');
    return (
      answer &&
      Buffer.concat(await answer.toArray())
        .toString()
        .trim()
    );
  } catch {
    return undefined;
  }
}

function isReady(pod: Pod | undefined): boolean {
  return pod?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}
