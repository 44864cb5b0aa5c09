import { APP_LABEL, MANAGED_BY } from '../deploy/labels.ts';
import type { KubeObject } from '../kube/kube-object.ts';

/** Who has a namespace and app: one run of a command. */
export interface LeaseHolder {
  /** of this run alone */
  readonly id: string;
  /** for people: `ann@laptop pid 4711 (/home/ann/shop)` */
  readonly words: string;
  /** of the machine; clocks of the same one can be compared */
  readonly hostname: string;
  /** of the running system and its process numbers: within one, a pid means one process */
  readonly host: string;
  readonly pid: number;
  /** when that process began, as the system tells it: pids are used again */
  readonly began: string;
  /** ms since the epoch */
  readonly since: number;
  /** where the session can be asked, if it can */
  readonly socket?: string;
}

/** A Lease of coordination.k8s.io/v1. */
export interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

/** How long a holder that is not heard of keeps it, ms. Kubernetes' own components take 15 s; a laptop is busier. */
export const DURATION = 30_000;
/** The holder in full, JSON. */
const SESSION = 'rockpool.dev/session';

/** Name of the lease of an app. Pure. */
export function leaseName(app: string): string {
  return `rockpool-${app}`;
}

/** The lease as a holder writes it. Pure. @param before it, when it is there @param now ms since the epoch */
export function toLease(
  holder: LeaseHolder,
  place: { readonly app: string; readonly namespace: string },
  now: number,
  before?: Lease,
): Lease {
  const isMine = before !== undefined && holderOf(before)?.id === holder.id;
  const transitions = before?.spec?.leaseTransitions ?? 0;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...before?.metadata,
      name: leaseName(place.app),
      namespace: place.namespace,
      labels: { ...before?.metadata?.labels, ...MANAGED_BY, [APP_LABEL]: place.app },
      annotations: { ...before?.metadata?.annotations, [SESSION]: JSON.stringify(holder) },
    },
    spec: {
      holderIdentity: holder.words,
      leaseDurationSeconds: DURATION / 1000,
      acquireTime: microTime(holder.since),
      renewTime: microTime(now),
      leaseTransitions: isMine || before === undefined ? transitions : transitions + 1,
    },
  };
}

/** Who has the lease; undefined when nobody has. One that rockpool did not write has a holder of which little is known. Pure. */
export function holderOf(lease: Lease): LeaseHolder | undefined {
  const words = lease.spec?.holderIdentity ?? '';
  const known = parsed(lease.metadata?.annotations?.[SESSION]);
  if (known) return known;
  if (words === '') return undefined;
  const since = Date.parse(lease.spec?.acquireTime ?? '') || 0;
  return { id: words, words, hostname: '', host: '', pid: 0, began: '', since };
}

/** ms since the epoch by the holder's clock; 0 when it was never renewed. Pure. */
export function renewedAt(lease: Lease): number {
  return Date.parse(lease.spec?.renewTime ?? '') || 0;
}

function parsed(text: string | undefined): LeaseHolder | undefined {
  try {
    const holder: unknown = JSON.parse(text ?? '');
    return typeof holder === 'object' && holder !== null && 'id' in holder && 'words' in holder
      ? (holder as LeaseHolder)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Six digits after the point, no more and no fewer: metav1.MicroTime. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
