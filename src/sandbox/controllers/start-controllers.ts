import { rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Clock } from '../../session/ports.ts';
import { ApiError } from '../api/api-error.ts';
import type { Store } from '../api/objects/store.ts';
import { createObjectsClient } from '../api/objects-client.ts';
import type { WriteContext } from '../api/put-object.ts';
import { createEventRecorder } from '../api/record-event.ts';
import type { Registry } from '../api/registry.ts';
import { type Background, backgroundOf, type Controller, keyOf, type Tools } from './controller.ts';
import { createCronJobController } from './cron-jobs.ts';
import { createCustomKindController } from './custom-kinds.ts';
import { createDaemonSetController } from './daemon-sets.ts';
import { createDeploymentController } from './deployments.ts';
import { createEndpointsController } from './endpoints.ts';
import { createGarbageCollector } from './garbage.ts';
import { createJobController } from './jobs.ts';
import { createNamespaceController } from './namespaces.ts';
import { NAMESPACES, STORAGE_CLASSES } from './objects.ts';
import { createEventExpiry } from './old-events.ts';
import { createReplicaSetController } from './replica-sets.ts';
import { createScheduler } from './scheduler.ts';
import { createStatefulSetController } from './stateful-sets.ts';
import { createVolumeController, type VolumeFolders } from './volume-claims.ts';
import { STANDARD_CLASS } from './volumes/provision.ts';
import { createWorkQueue } from './work-queue.ts';

/** What the controllers use of the API. */
export interface ControlledApi {
  readonly store: Store;
  readonly registry: Registry;
  readonly write: WriteContext;
}

export interface ControllersOptions {
  readonly clock: Clock;
  /** absolute: where the folders of PersistentVolumes are */
  readonly volumes: string;
  /** PEM of who signed the API's certificate: every namespace has it in a ConfigMap */
  readonly certificate: string;
  /** Is told of what no controller expects, which is a bug; the work is tried again. */
  report(error: unknown): void;
}

export interface Controllers {
  /** Does all that is to be done now, until nothing follows from it. */
  settle(): void;
  close(): void;
}

/** Starts all that a cluster does by itself but running pods. When it returns, the first namespaces are there. */
export function startControllers(api: ControlledApi, options: ControllersOptions): Controllers {
  const parts = partsOf(api, options);
  const queue = createWorkQueue(
    (work) => {
      const [, index = '', key = ''] = /^(\d+) (.*)$/s.exec(work) ?? [];
      return parts[Number(index)]?.sync(key);
    },
    options.clock,
    (_, error) => {
      // What the API refuses may be taken later: a namespace that is not there yet, somebody who was faster.
      if (!(error instanceof ApiError)) options.report(error);
    },
  );
  const stops = parts.map((part, index) => part.listen((key) => queue.add(`${index} ${key}`)));
  makeFirstObjects(api);
  queue.settle();
  return {
    settle: () => queue.settle(),
    close() {
      for (const stop of stops) stop();
      queue.close();
    },
  };
}

function partsOf({ store, registry, write }: ControlledApi, options: ControllersOptions): Background[] {
  const { now } = options.clock;
  const objects = createObjectsClient(write, 'kube-controller-manager');
  const toolsOf = (component: string, client = objects): Tools => {
    return { objects: client, record: createEventRecorder(client, { component }, now), now };
  };
  const scheduler = toolsOf('default-scheduler', createObjectsClient(write, 'kube-scheduler'));
  const controllers: readonly Controller[] = [
    createDeploymentController(toolsOf('deployment-controller')),
    createReplicaSetController(toolsOf('replicaset-controller')),
    createStatefulSetController(toolsOf('statefulset-controller')),
    createDaemonSetController(toolsOf('daemonset-controller')),
    createJobController(toolsOf('job-controller')),
    createCronJobController(toolsOf('cronjob-controller')),
    createEndpointsController(toolsOf('endpoint-controller')),
    createVolumeController(toolsOf('persistentvolume-controller'), foldersIn(options.volumes)),
    createCustomKindController(store, toolsOf('customresourcedefinition-controller')),
    createScheduler(scheduler),
  ];
  return [
    createNamespaceController(store, registry, toolsOf('namespace-controller'), options.certificate),
    createGarbageCollector(store, registry, objects),
    createEventExpiry(toolsOf('event-controller')),
    ...controllers.map((controller) => backgroundOf(store, controller)),
  ];
}

function makeFirstObjects({ store, write }: ControlledApi): void {
  const objects = createObjectsClient(write, 'kube-apiserver');
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease'])
    if (!store.get(NAMESPACES, '', name)) objects.create(NAMESPACES, '', { metadata: { name } });
  if (!store.get(STORAGE_CLASSES, '', STANDARD_CLASS.metadata.name))
    objects.create(STORAGE_CLASSES, '', STANDARD_CLASS);
}

/** By namespace and claim, as minikube has them: a claim of the same name finds what an earlier session left. */
function foldersIn(volumes: string): VolumeFolders {
  return {
    pathOf(claim) {
      const { namespace, name } = keyOf(claim);
      return join(volumes, namespace, name);
    },
    discard(path) {
      // Who wrote the PersistentVolume may have named any folder of this machine.
      const [namespace, name, ...more] = relative(volumes, path).split(sep);
      const isOurs = namespace !== '' && namespace !== '..' && name !== undefined && more.length === 0;
      if (isOurs) rmSync(path, { recursive: true, force: true });
    },
  };
}
