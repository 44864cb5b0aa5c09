import { createHash } from 'node:crypto';
import { ApiError } from './api-error.ts';
import { builtinKind } from './kinds.ts';
import { seconds } from './objects/prepare.ts';
import type { StoredObject } from './objects/stored-object.ts';
import type { ObjectsClient } from './objects-client.ts';

/** Tells what happened to an object. The same again only raises the count of what was told (client-go's recorder). */
export type EventRecorder = (
  about: StoredObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  /** which part of it: `spec.containers{web}` */
  fieldPath?: string,
) => void;

interface KeptEvent extends StoredObject {
  readonly count?: number;
}

const EVENTS = builtinKind('', 'events');

/**
 * @param source who tells: `deployment-controller`, and on which node
 * @param now ms since the epoch
 */
export function createEventRecorder(
  objects: ObjectsClient,
  source: { readonly component: string; readonly host?: string },
  now: () => number,
): EventRecorder {
  return (about, type, reason, message, fieldPath) => {
    const namespace = about.metadata.namespace ?? 'default';
    const told = { type, reason, message };
    const involvedObject = { ...referenceTo(about), ...(fieldPath === undefined ? {} : { fieldPath }) };
    const name = `${about.metadata.name}.${digest([about.metadata.uid, fieldPath, source.component, told])}`;
    const at = seconds(new Date(now()));
    const known = objects.get<KeptEvent>(EVENTS, namespace, name);
    try {
      if (known) objects.update(EVENTS, { ...known, count: (known.count ?? 1) + 1, lastTimestamp: at });
      else objects.create(EVENTS, namespace, newEvent({ name, namespace, involvedObject, source, told, at }));
    } catch (error) {
      // Events are told where that is possible: a namespace that ends takes none.
      if (!(error instanceof ApiError)) throw error;
    }
  };
}

function referenceTo({ apiVersion, kind, metadata }: StoredObject): Record<string, unknown> {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { apiVersion, kind, name, uid, resourceVersion, ...(namespace === undefined ? {} : { namespace }) };
}

function newEvent(event: {
  readonly name: string;
  readonly namespace: string;
  readonly involvedObject: object;
  readonly source: { readonly component: string; readonly host?: string };
  readonly told: object;
  readonly at: string;
}): object {
  const { name, namespace, involvedObject, source, told, at } = event;
  return {
    metadata: { name, namespace },
    ...{ involvedObject, ...told, source, count: 1, firstTimestamp: at, lastTimestamp: at },
    ...{ eventTime: null, reportingComponent: source.component, reportingInstance: source.host ?? '' },
  };
}

/** The name of an event says what is told of what, so that the same is found again. */
function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
