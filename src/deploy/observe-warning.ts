import type { CoreV1Event } from '@kubernetes/client-node';
import type { Wire } from '../kube/kube-object.ts';
import type { WarningObserved } from '../session/observed.ts';

export type RawEvent = Wire<CoreV1Event>;

/** Kinds whose warnings explain why something does not run. */
const kinds = new Set([
  ...['Pod', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'],
  ...['PersistentVolumeClaim', 'HorizontalPodAutoscaler'],
]);

/** Reasons that come with every restart or attempt and say less than the status of the object does. */
const noise = new Set(['BackOff', 'FailedScheduling']);

/** Of a message, this much is kept: events hold up to a KiB. */
const MESSAGE = 1024;

/** A Kubernetes Event of type Warning, as far as it can explain anything. Pure. */
export function observeWarning(event: RawEvent): WarningObserved | undefined {
  const { involvedObject: about, reason = '', message = '', reportingComponent, source } = event;
  if (!kinds.has(about.kind ?? '') || noise.has(reason)) return undefined;
  const container = /^spec\.\w+\{(.+)\}$/.exec(about.fieldPath ?? '')?.[1];
  return {
    about: `${about.kind}/${about.namespace ?? ''}/${about.name ?? ''}`,
    uid: about.uid ?? '',
    reason,
    message: message.trim().slice(0, MESSAGE),
    source: reportingComponent || source?.component || '',
    ...(container === undefined ? {} : { container }),
    count: event.series?.count ?? event.count ?? 1,
    at: newest(event),
  };
}

/** Older reporters set the timestamps, newer ones eventTime and series. */
function newest({ series, lastTimestamp, eventTime, firstTimestamp, metadata }: RawEvent): number {
  const times = [
    series?.lastObservedTime,
    lastTimestamp,
    eventTime,
    firstTimestamp,
    metadata.creationTimestamp,
  ];
  return Math.max(0, ...times.map((time) => Date.parse(`${time}`) || 0));
}
