import type { ObjectsClient } from '../api/objects-client.ts';
import type { EventRecorder } from '../api/record-event.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { BackoffLimits } from './container/crash-backoff.ts';
import type { ImageSource } from './container/find-image.ts';
import type { Capacity } from './environment/pod-field.ts';
import type { TellableService } from './environment/service-variables.ts';

/** What pods are run with. */
export interface PodTools {
  readonly objects: ObjectsClient;
  readonly images: ImageSource;
  readonly runtime: Pick<Runtime, 'start'>;
  readonly record: EventRecorder;
  /** ms since the epoch */
  now(): number;
  readonly backoff: BackoffLimits;
  readonly capacity: Capacity;
  /** what the pods' volumes and names are below */
  readonly dir: string;
  /** of the node */
  readonly hostAddress: string;
  /** Services that the containers of a namespace are told of */
  servicesOf(namespace: string): readonly TellableService[];
}
