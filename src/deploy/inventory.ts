import pLimit from 'p-limit';
import { builtinKinds } from '../kube/builtin-kinds.ts';
import type { Discovery } from '../kube/discovery.ts';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { apiVersionOf, type ResourceType, resourcePath } from '../kube/kube-path.ts';
import { RockpoolError } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import { parseGroupKind, readScope, setId } from './apply-set.ts';
import { readParent } from './inventory-parent.ts';
import { PART_OF_LABEL } from './labels.ts';
import { isApplied } from './managed-fields.ts';
import { ownerOf } from './ownership.ts';

/** An object that an apply of the project made or took over. */
export interface InventoryMember {
  readonly key: ResourceKey;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  /** made by others, and to be given back instead of deleted */
  readonly adopted: boolean;
}

export interface InventoryOptions {
  readonly client: Pick<KubeClient, 'request'>;
  readonly discovery: Discovery;
  /** name of the project */
  readonly app: string;
  /** the session's */
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** Requests under way at once, as for applying. */
const PARALLEL = 8;
/** Objects in one answer. */
const PAGE = 500;

/**
 * What applies of the project left in the cluster, this session's and earlier ones', found through the set's parent:
 * only objects that carry the project's label and that rockpool itself applied, since controllers copy labels. Empty
 * when nothing was applied. Rejects as KubeClient.request does.
 */
export async function readInventory(options: InventoryOptions): Promise<readonly InventoryMember[]> {
  const parent = await readParent(options);
  if (!parent) return [];
  const { kinds, namespaces } = readScope(parent.metadata?.annotations);
  const limit = pLimit(PARALLEL);
  const types = await Promise.all(kinds.map((text) => limit(() => servedType(text, options))));
  const places = types.flatMap((type) =>
    type === undefined
      ? []
      : type.namespaced
        ? [options.namespace, ...namespaces].map((namespace) => ({ type, namespace }))
        : [{ type }],
  );
  const found = await Promise.all(places.map((place) => limit(() => membersIn(place, options))));
  return found.flat();
}

/** Undefined for a kind that is not served any more: its objects went with it. */
async function servedType(
  text: string,
  { client, discovery, signal }: InventoryOptions,
): Promise<ResourceType | undefined> {
  const { group, kind } = parseGroupKind(text);
  const builtin = builtinKinds.findLast((type) => type.group === group && type.kind === kind);
  if (builtin) return builtin;
  try {
    const path = `/apis/${encodeURIComponent(group)}`;
    const { body } = await client.request<{ preferredVersion?: { groupVersion?: string } }>({
      method: 'GET',
      path,
      signal,
    });
    return await discovery.find(body.preferredVersion?.groupVersion ?? '', kind, { signal });
  } catch (error) {
    if (error instanceof RockpoolError && error.failures[0]?.code === 'UNKNOWN_KIND') return undefined;
    if (error instanceof KubeError && error.status.code === 404) return undefined;
    throw error;
  }
}

interface List {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly KubeObject[];
}

async function membersIn(
  { type, namespace }: { readonly type: ResourceType; readonly namespace?: string },
  options: InventoryOptions,
): Promise<readonly InventoryMember[]> {
  const { client, app, signal } = options;
  const members: InventoryMember[] = [];
  let next: string | undefined;
  do {
    signal.throwIfAborted();
    const { body }: { body: List } = await client.request<List>({
      method: 'GET',
      path: resourcePath(type, namespace === undefined ? {} : { namespace }),
      query: {
        labelSelector: `${PART_OF_LABEL}=${setId(app, options.namespace)}`,
        limit: PAGE,
        continue: next,
      },
      signal,
    });
    members.push(...(body.items ?? []).flatMap((object) => memberOf(object, type, app)));
    next = body.metadata?.continue || undefined;
  } while (next !== undefined);
  return members;
}

function memberOf(object: KubeObject, type: ResourceType, app: string): readonly InventoryMember[] {
  const { name, namespace, uid } = object.metadata ?? {};
  const owner = ownerOf(object, app).kind;
  const isMine = owner === 'project' || owner === 'adopted';
  if (!isMine || !isApplied(object) || name === undefined || uid === undefined) return [];
  return [
    {
      key: `${type.kind}/${namespace ?? ''}/${name}`,
      apiVersion: apiVersionOf(type),
      kind: type.kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid,
      adopted: owner === 'adopted',
    },
  ];
}
