import type { KubeClient } from '../kube/kube-client.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** What a session asks of the apiserver. */
interface Permission {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** what does not work without it; absent: nothing at all does */
  readonly for?: string;
}

const NEEDED: readonly Permission[] = [
  ...['list', 'watch'].flatMap((verb) => [
    { verb, group: '', resource: 'pods' },
    { verb, group: '', resource: 'services' },
    { verb, group: 'apps', resource: 'deployments' },
    { verb, group: 'apps', resource: 'statefulsets', for: 'StatefulSets' },
    { verb, group: 'batch', resource: 'jobs', for: 'Jobs' },
    { verb, group: '', resource: 'events', for: 'explaining failures' },
    { verb, group: '', resource: 'resourcequotas', for: 'noticing that a quota was raised' },
  ]),
  ...['create', 'patch'].flatMap((verb) => [
    { verb, group: 'apps', resource: 'deployments' },
    { verb, group: '', resource: 'services' },
    { verb, group: '', resource: 'configmaps', for: 'ConfigMaps' },
  ]),
  { verb: 'delete', group: 'apps', resource: 'deployments', for: 'rockpool down' },
  { verb: 'get', group: '', resource: 'pods', subresource: 'log', for: 'logs' },
  { verb: 'create', group: '', resource: 'pods', subresource: 'portforward', for: 'forwards' },
];

/**
 * What the user may do in a namespace of what a session does there, asked by SelfSubjectAccessReview, which everyone
 * may. Rejects with KubeUnreachable and KubeError.
 */
export async function checkPermissions(
  client: Pick<KubeClient, 'request'>,
  namespace: string,
  signal: AbortSignal,
): Promise<Finding> {
  const allowed = await Promise.all(NEEDED.map((each) => mayI(client, namespace, each, signal)));
  return permissionFinding(
    namespace,
    NEEDED.filter((_, index) => !allowed[index]),
  );
}

async function mayI(
  client: Pick<KubeClient, 'request'>,
  namespace: string,
  { verb, group, resource, subresource }: Permission,
  signal: AbortSignal,
): Promise<boolean> {
  const resourceAttributes = { namespace, verb, group, resource, ...(subresource ? { subresource } : {}) };
  const { body } = await client.request<{ status?: { allowed?: boolean } }>({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    },
    signal,
  });
  return body.status?.allowed === true;
}

/** Pure. @param missing what the user may not do */
function permissionFinding(namespace: string, missing: readonly Permission[]): Finding {
  const [first] = missing;
  if (!first) return ok('permissions', `you may do all that a session does in the namespace ${namespace}`);
  const list = missing.map(inWords).join(', ');
  const found = `in the namespace ${namespace} you may not: ${list}`;
  const command = `kubectl auth can-i --list -n ${namespace}`;
  if (missing.some((each) => each.for === undefined)) {
    const hint =
      'Without these a session cannot work there: ask who runs the cluster, or use another namespace.';
    return fail('permissions', found, { hint, command });
  }
  const lost = [...new Set(missing.flatMap((each) => each.for ?? []))].join(', ');
  return warn('permissions', found, { hint: `Without these, this does not work: ${lost}.`, command });
}

function inWords({ verb, group, resource, subresource }: Permission): string {
  return `${verb} ${resource}${group ? `.${group}` : ''}${subresource ? `/${subresource}` : ''}`;
}
