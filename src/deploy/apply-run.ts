import pLimit from 'p-limit';
import type { Discovery } from '../kube/discovery.ts';
import { type KubeClient, KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import type { Emit } from '../session/ports.ts';
import { applyFailures } from './apply-failures.ts';
import { inApplyOrder } from './apply-order.ts';
import { applyRendered } from './apply-rendered.ts';
import type { ApplyResourceOptions } from './apply-resource.ts';
import { findAutoscaled } from './autoscaled.ts';
import { clusterLost } from './cluster-lost.ts';
import { growInventory } from './inventory-parent.ts';
import { isNamespace, type Manifest } from './manifest.ts';
import { type ForeignObject, NotOursError } from './not-ours.ts';
import { webhooksOf } from './own-webhooks.ts';
import type { RenderedResource } from './render.ts';
import { terminating } from './terminating.ts';

/** What the steps of a deploy have in common. */
export interface ApplyContext {
  readonly client: Pick<KubeClient, 'request'>;
  readonly discovery: Discovery;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** name of the project */
  readonly app: string;
  /** the session's */
  readonly namespace: string;
  readonly generation: number;
  readonly mayAdopt: (key: ResourceKey) => boolean;
  /** whether objects of the project with changed immutable fields are deleted and made anew */
  readonly force: boolean;
  /** all that the project has, applied now or before */
  readonly manifests: readonly Manifest[];
  /** what is not the project's, as it is found */
  readonly foreign: ForeignObject[];
}

/** Requests under way at once: an apiserver on a laptop takes them as fast as this, and no faster with more. */
const PARALLEL = 8;

/**
 * Applies resources in their order, class after class, after the inventory knows of them: namespaces only, which are
 * never pruned, may come before it. Resolves with every failure, after all that could be applied was. An apiserver that
 * stops answering ends it at once.
 */
export async function applyAll(
  todo: readonly RenderedResource[],
  context: ApplyContext,
): Promise<readonly Failure[]> {
  if (todo.length === 0) return [];
  const limit = pLimit(PARALLEL);
  const failures: Failure[] = [];
  const [first = [], ...later] = inApplyOrder(todo);
  // The inventory is in a namespace that may be among the first.
  const isEarly = first.every(({ manifest }) => isNamespace(manifest));
  const [run] = await Promise.all([
    prepare(todo, context),
    isEarly ? undefined : tellInventory(todo, context),
  ]);
  for (const [index, group] of [first, ...later].entries()) {
    if (isEarly && index === 1) await tellInventory(todo, context);
    const results = await Promise.all(group.map((resource) => limit(() => applyOne(resource, run, context))));
    failures.push(...results.flat());
  }
  if (isEarly && later.length === 0) await tellInventory(todo, context);
  return failures;
}

/** What the applies of a run have to know of all of it. */
type Run = Pick<ApplyResourceOptions, 'beside' | 'autoscaled' | 'webhooks'>;

async function prepare(todo: readonly RenderedResource[], context: ApplyContext): Promise<Run> {
  const { manifests, namespace } = context;
  const now = todo.map(({ manifest }) => manifest);
  try {
    const autoscaled = await findAutoscaled(manifests, now, context);
    return { beside: todo, autoscaled, webhooks: webhooksOf(manifests) };
  } catch (error) {
    throw inventoryFailure(error, namespace);
  }
}

async function tellInventory(todo: readonly RenderedResource[], context: ApplyContext): Promise<void> {
  try {
    const manifests = todo.map(({ manifest }) => manifest);
    await growInventory(manifests, context);
  } catch (error) {
    throw inventoryFailure(error, context.namespace);
  }
}

/** Why the list of what was applied cannot be kept; anything that is no answer of the apiserver is given back. */
function inventoryFailure(error: unknown, namespace: string): unknown {
  if (error instanceof KubeUnreachable) return clusterLost(error);
  if (!(error instanceof KubeError)) return error;
  if (error.status.causes.some(({ reason }) => reason === 'NamespaceTerminating'))
    return terminating(namespace);
  return new RockpoolError(
    {
      code: 'INVENTORY_FAILED',
      subject: `Namespace//${namespace}`,
      message: `the list of what is applied cannot be kept in the namespace ${namespace}: ${error.status.message}`,
      hint: 'rockpool keeps it in a ConfigMap, to delete later what the manifests no longer have',
    },
    { cause: error },
  );
}

async function applyOne(
  resource: RenderedResource,
  run: Run,
  context: ApplyContext,
): Promise<readonly Failure[]> {
  const { client, emit, signal, generation, foreign } = context;
  signal.throwIfAborted();
  const { key, hash } = resource;
  try {
    const { outcome, warnings, object, adopted } = await applyRendered(resource, {
      ...context,
      ...run,
      onWait: (reason) => emit({ type: 'deploy.held', generation, key, reason }),
    });
    const revision = object.metadata?.generation;
    emit({
      type: 'resource.applied',
      generation,
      key,
      hash,
      outcome,
      warnings: [...warnings],
      ...(revision === undefined ? {} : { revision }),
    });
    if (adopted) emit({ type: 'resource.adopted', generation, key, managers: [...adopted.managers] });
    return [];
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NotOursError) {
      foreign.push({ key, owner: error.owner });
      return [];
    }
    return applyFailures(error, resource, client, signal);
  }
}
