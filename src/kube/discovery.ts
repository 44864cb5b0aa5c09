import { setTimeout as sleep } from 'node:timers/promises';
import { RockpoolError } from '../session/failure.ts';
import { nearestNames } from '../session/nearest-names.ts';
import { abortable } from './abortable.ts';
import { builtinKinds, builtinVersionsOf, replacementOf } from './builtin-kinds.ts';
import { type KubeClient, KubeError } from './kube-client.ts';
import { apiVersionOf, parseApiVersion, type ResourceType } from './kube-path.ts';

/** ms between two looks for a kind whose CRD was just applied */
const AGAIN = 100;

interface DiscoveryOptions {
  /** ms to go on asking while the kind is not served, after its CRD was applied; default 0 */
  readonly patience?: number;
  readonly signal?: AbortSignal;
}

/** Which kinds the apiserver serves, and where. What was found is kept, what was not is asked for again. */
export interface Discovery {
  /**
   * The type of a kind; built-in kinds cost no request. Rejects with a RockpoolError UNKNOWN_KIND that names the
   * nearest kinds or what replaced a removed apiVersion, and as KubeClient.request does.
   */
  find(apiVersion: string, kind: string, options?: DiscoveryOptions): Promise<ResourceType>;
}

export function createDiscovery(client: Pick<KubeClient, 'request'>): Discovery {
  const found = new Map<string, readonly ResourceType[]>();
  const asking = new Map<string, Promise<readonly ResourceType[]>>();

  /** Callers that ask for the same group at once share the request, which no single one of them may abort. */
  function ask(apiVersion: string): Promise<readonly ResourceType[]> {
    const request =
      asking.get(apiVersion) ?? typesOf(client, apiVersion).finally(() => asking.delete(apiVersion));
    asking.set(apiVersion, request);
    return request;
  }

  return {
    async find(apiVersion, kind, { patience = 0, signal } = {}) {
      const builtin = pick(builtinKinds, apiVersion, kind) ?? pick(found.get(apiVersion), apiVersion, kind);
      if (builtin) return builtin;
      for (let waited = 0; ; waited += AGAIN) {
        const types = await abortable(ask(apiVersion), signal);
        if (types.length > 0) found.set(apiVersion, types);
        const type = pick(types, apiVersion, kind);
        if (type) return type;
        if (waited >= patience) throw unknownKind(apiVersion, kind, types);
        await sleep(AGAIN, undefined, signal ? { signal } : {});
      }
    },
  };
}

function pick(
  types: readonly ResourceType[] | undefined,
  apiVersion: string,
  kind: string,
): ResourceType | undefined {
  return types?.find((type) => type.kind === kind && apiVersionOf(type) === apiVersion);
}

interface ApiResourceList {
  readonly resources?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
  }[];
}

/** The types of one group and version; none when it is not served. Subresources (`pods/log`) are left out. */
async function typesOf(
  client: Pick<KubeClient, 'request'>,
  apiVersion: string,
): Promise<readonly ResourceType[]> {
  const { group, version } = parseApiVersion(apiVersion);
  const path = [
    group === '' ? '/api' : `/apis/${encodeURIComponent(group)}`,
    encodeURIComponent(version),
  ].join('/');
  try {
    const { body } = await client.request<ApiResourceList>({ method: 'GET', path });
    const resources = (body.resources ?? []).filter(({ name }) => !name.includes('/'));
    return resources.map(({ name, kind, namespaced }) => ({
      group,
      version,
      kind,
      plural: name,
      namespaced,
    }));
  } catch (error) {
    if (error instanceof KubeError && error.status.code === 404) return [];
    throw error;
  }
}

function unknownKind(apiVersion: string, kind: string, served: readonly ResourceType[]): RockpoolError {
  return new RockpoolError({
    code: 'UNKNOWN_KIND',
    subject: `${apiVersion} ${kind}`,
    message: `The cluster serves no ${kind} in ${apiVersion}.`,
    hint: replacementOf(apiVersion, kind) ?? suggestion(kind, served),
  });
}

function suggestion(kind: string, served: readonly ResourceType[]): string {
  const versions = builtinVersionsOf(kind);
  if (versions.length > 0) return `${kind} is in ${versions.join(' and ')}.`;
  const kinds = [...served, ...builtinKinds].map((type) => type.kind);
  const nearest = nearestNames(kind, kinds);
  if (nearest.length === 0) return 'If it is a custom resource, apply its CustomResourceDefinition too.';
  const named = nearest.map((each) => `${each} (${versionsOf(each, served).join(', ')})`);
  return `Did you mean ${named.join(' or ')}?`;
}

function versionsOf(kind: string, served: readonly ResourceType[]): readonly string[] {
  const here = served.filter((type) => type.kind === kind).map(apiVersionOf);
  return [...new Set([...here, ...builtinVersionsOf(kind)])];
}
