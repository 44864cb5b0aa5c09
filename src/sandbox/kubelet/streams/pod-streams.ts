import { ApiError, refuse } from '../../api/api-error.ts';
import type { StoredObject } from '../../api/objects/stored-object.ts';
import type { PodStreams } from '../../api/pod-streams.ts';
import { chooseContainer } from '../logs/choose-container.ts';
import { findInstance } from '../logs/find-instance.ts';
import { logOptions } from '../logs/log-options.ts';
import { sendLog } from '../logs/send-log.ts';
import type { Pod } from '../objects.ts';
import type { PodWorker } from '../pod-worker.ts';
import { upgradeExec } from './exec-socket.ts';
import { upgradePortForward } from './port-forward-socket.ts';

interface Workers {
  workerOf(pod: StoredObject): PodWorker | undefined;
  /** ms since the epoch */
  now(): number;
}

/** What the running parts of a pod answer: its log, commands in it, its ports. */
export function podStreams({ workerOf, now }: Workers): PodStreams {
  return {
    async log(object, query, send, signal) {
      const pod = object as Pod;
      const options = logOptions(query, now());
      const name = chooseContainer(pod, options.container);
      if (!pod.spec?.nodeName)
        throw refuse.badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
      const container = workerOf(pod)?.container(name);
      const which = findInstance(pod.metadata.name, name, container?.status(), options.previous);
      const log = container?.log(which);
      if (log) await sendLog(log, options, send, signal);
    },
    async upgrade(object, what, request) {
      const pod = object as Pod;
      if (what === 'portforward') return upgradePortForward(addressOf(pod, workerOf(pod)), request);
      if (what !== 'exec') throw refuse.notInSandbox(`pods/${what}; use exec or logs`);
      const name = chooseContainer(pod, request.query.get('container') ?? undefined);
      const running = workerOf(pod)?.container(name)?.running();
      if (!running) throw cannotUpgrade(`container not found ("${name}")`);
      return upgradeExec(running, request);
    },
  };
}

function addressOf({ metadata, status }: Pod, worker: PodWorker | undefined): string {
  if (worker && status?.phase === 'Running') return worker.address;
  throw cannotUpgrade(`pod not found ("${metadata.name}_${metadata.namespace}")`);
}

/** As the apiserver passes on what the kubelet says. */
const cannotUpgrade = (why: string): ApiError =>
  new ApiError(500, 'InternalError', `Internal error occurred: unable to upgrade connection: ${why}`);
