import { isDeepStrictEqual } from 'node:util';
import type { Deployment, PodTemplate, ReplicaSet } from '../objects.ts';
import { controllerReference } from '../owners.ts';
import { templateHash } from '../template-hash.ts';
import { boundsOf } from './bounds.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MOST = 'deployment.kubernetes.io/max-replicas';
const HASH = 'pod-template-hash';

/** Annotations of a Deployment that are not for its ReplicaSets. */
const OWN: ReadonlySet<string> = new Set([
  ...['kubectl.kubernetes.io/last-applied-configuration', REVISION, HISTORY, DESIRED, MOST],
  'deprecated.deployment.rollback.to',
]);

export interface Sets {
  /** of the template as it is now */
  readonly current: ReplicaSet | undefined;
  /** of earlier templates, the oldest first */
  readonly old: readonly ReplicaSet[];
}

/** The ReplicaSets of a Deployment by what they are to it now. Pure. */
export function setsOf({ spec }: Deployment, all: readonly ReplicaSet[]): Sets {
  const sorted = all.toSorted(byAge);
  const current = sorted.find((set) =>
    isDeepStrictEqual(unhashed(set.spec?.template), unhashed(spec?.template)),
  );
  return { current, old: sorted.filter((set) => set !== current) };
}

/** The number of a revision, as `kubectl rollout history` shows it; 0 for none. Pure. */
export function revisionOf({ metadata }: Pick<ReplicaSet, 'metadata'>): number {
  return Number(metadata.annotations?.[REVISION] ?? 0);
}

/** What a Deployment is to be told of its revision. Pure. */
export function revisionAnnotation(set: ReplicaSet): Record<string, string> {
  return { [REVISION]: String(revisionOf(set)) };
}

/** How many pods the Deployment wanted when it sized this ReplicaSet, and at most. Pure. */
export function sizedFor({ metadata }: ReplicaSet): {
  desired: number | undefined;
  most: number | undefined;
} {
  const number = (name: string) => {
    const text = metadata.annotations?.[name];
    return text === undefined ? undefined : Number(text);
  };
  return { desired: number(DESIRED), most: number(MOST) };
}

/** A new ReplicaSet for the template as it is now. Pure. */
export function newSet(deployment: Deployment, old: readonly ReplicaSet[], replicas: number): object {
  const { template, selector, minReadySeconds } = deployment.spec ?? {};
  const hash = { [HASH]: templateHash(template) };
  const labels = { ...template?.metadata?.labels, ...hash };
  const annotations = {
    ...inherited(deployment),
    [REVISION]: String(nextRevision(old)),
    ...sizes(deployment),
  };
  return {
    metadata: {
      name: `${deployment.metadata.name}-${hash[HASH]}`,
      ...{ labels, annotations, ownerReferences: [controllerReference(deployment)] },
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector?.matchLabels, ...hash } },
      template: { ...template, metadata: { ...template?.metadata, labels } },
    },
  };
}

/** The ReplicaSet of the template as it is now, with the newest revision: it may be one of before. Pure. */
export function asNewest(deployment: Deployment, { current, old }: Sets): ReplicaSet | undefined {
  if (!current) return undefined;
  const { minReadySeconds } = deployment.spec ?? {};
  const { annotations = {} } = current.metadata;
  const [known, next] = [revisionOf(current), nextRevision(old)];
  const history = known > 0 ? [annotations[HISTORY], known].filter(Boolean).join(',') : undefined;
  const raised = { [REVISION]: String(next), ...(history === undefined ? {} : { [HISTORY]: history }) };
  return {
    ...withAnnotations(current, { ...inherited(deployment), ...(known < next ? raised : {}) }),
    spec: { ...current.spec, ...(minReadySeconds === undefined ? {} : { minReadySeconds }) } as NonNullable<
      ReplicaSet['spec']
    >,
  };
}

/** A ReplicaSet with another number of pods, and what the Deployment wanted when it was given that. Pure. */
export function resized(deployment: Deployment, set: ReplicaSet, replicas: number): ReplicaSet {
  const spec = { ...set.spec, replicas } as NonNullable<ReplicaSet['spec']>;
  return { ...withAnnotations(set, sizes(deployment)), spec };
}

function nextRevision(old: readonly ReplicaSet[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

function sizes(deployment: Deployment): Record<string, string> {
  const replicas = deployment.spec?.replicas ?? 1;
  return { [DESIRED]: String(replicas), [MOST]: String(replicas + boundsOf(deployment).surge) };
}

function inherited({ metadata }: Deployment): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([name]) => !OWN.has(name)));
}

function withAnnotations(set: ReplicaSet, annotations: Readonly<Record<string, string>>): ReplicaSet {
  const { metadata } = set;
  return { ...set, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}

/** Two templates are the same whatever the ReplicaSet adds to tell its pods. */
function unhashed(template: PodTemplate | undefined): unknown {
  const { [HASH]: _, ...labels } = template?.metadata?.labels ?? {};
  const { creationTimestamp: __, ...metadata } = template?.metadata ?? {};
  return { ...template, metadata: { ...metadata, labels } };
}

function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const [first, second] = [a, b].map(({ metadata }) => Date.parse(metadata.creationTimestamp));
  return (
    (first ?? 0) - (second ?? 0) ||
    revisionOf(a) - revisionOf(b) ||
    (a.metadata.name < b.metadata.name ? -1 : 1)
  );
}
