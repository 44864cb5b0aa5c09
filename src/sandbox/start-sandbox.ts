import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../session/ports.ts';
import type { ApiServerOptions } from './api/api-server.ts';
import type { PodStreams } from './api/pod-streams.ts';
import { type Api, startApi } from './api/start-api.ts';
import { type Controllers, startControllers } from './controllers/start-controllers.ts';
import { createFileImageStore } from './docker/file-image-store.ts';
import { startDockerEndpoint } from './docker/start-docker-endpoint.ts';
import { withDocker } from './kubeconfig-with-docker.ts';
import { type Kubelet, startKubelet } from './kubelet/start-kubelet.ts';
import { createProcessRuntime } from './runtime/process-runtime.ts';

export interface SandboxOptions {
  /**
   * absolute: all that it keeps is in there; it alone uses it. Outside of any project: node, npm and git look for their
   * files in all folders above
   */
  readonly dir: string;
  /** absolute: the kubeconfig file that it writes */
  readonly kubeconfig: string;
  readonly clock: Clock;
  /** Is told what differs from a real build, once each, in words. */
  onWarning(words: string): void;
  /** Is told of bugs of the sandbox. */
  report(error: unknown): void;
  /** for tests: see ApiServerOptions */
  readonly fault?: ApiServerOptions['fault'];
}

/** A cluster of one node in this process: its containers are plain processes of this machine, without isolation. */
export interface Sandbox {
  /** path of the kubeconfig file; the context is `sandbox` */
  readonly kubeconfig: string;
  /** path of the socket of its Docker endpoint */
  readonly dockerSocket: string;
  /** for tests */
  readonly api: Api;
  readonly controllers: Controllers;
  readonly kubelet: Kubelet;
  /** Stops everything; nothing of it runs afterwards. */
  close(): Promise<void>;
}

/** Starts an empty cluster. Images that an earlier one built in the folder are there. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dir, clock, report, fault, kubeconfig } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const images = createFileImageStore(join(dir, 'images'));
  const runtime = await createProcessRuntime({ dir: join(dir, 'run') });
  let kubelet: PodStreams | undefined;
  const streams = (): PodStreams => kubelet as PodStreams;
  const api = await startApi({
    pods: {
      log: (...given) => streams().log(...given),
      upgrade: (...given) => streams().upgrade(...given),
    },
    ...(fault ? { fault } : {}),
  });
  const volumes = join(dir, 'volumes');
  const controllers = startControllers(api, { clock, volumes, certificate: api.certificate, report });
  const docker = await startDockerEndpoint({
    ...{ dir: join(dir, 'docker'), images, clock },
    onWarning: ({ ref, line, text }) => options.onWarning(`${ref}, line ${line}: ${text}`),
  });
  const source = { find: images.find, pull: docker.pull };
  const node = startKubelet(api, { images: source, runtime, clock, dir: join(dir, 'node') });
  kubelet = node;
  await mkdir(dirname(kubeconfig), { recursive: true });
  await writeFile(kubeconfig, withDocker(api.kubeconfig, docker.socketPath), { mode: 0o600 });
  return {
    ...{ kubeconfig, dockerSocket: docker.socketPath, api, controllers, kubelet: node },
    async close() {
      await docker.close();
      controllers.close();
      await node.close();
      await runtime.close();
      await api.server.close();
      await rm(kubeconfig, { force: true });
    },
  };
}
