import { apiVersionOf, type Kind } from './kinds.ts';

/** What clients ask before anything else: which groups, versions and kinds there are. Undefined: another path. Pure. */
export function answerDiscovery(path: string, kinds: readonly Kind[], aggregated: boolean): unknown {
  switch (path) {
    case '/version':
      return VERSION;
    case '/api':
      return aggregated
        ? aggregate(kinds.filter(({ group }) => group === ''))
        : { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    case '/apis':
      return aggregated ? aggregate(kinds.filter(({ group }) => group !== '')) : groupList(kinds);
    default:
      return resourceList(path, kinds);
  }
}

/** The Kubernetes whose API this follows. */
const VERSION = {
  ...{
    major: '1',
    minor: '36',
    gitVersion: 'v1.36.0+rockpool-sandbox',
    gitCommit: '',
    gitTreeState: 'clean',
  },
  ...{
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: `${process.platform}/${process.arch}`,
  },
};

function groupList(kinds: readonly Kind[]): unknown {
  const groups = Map.groupBy(
    kinds.filter(({ group }) => group !== ''),
    ({ group }) => group,
  );
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [...groups].map(([name, members]) => groupOf(name, members)),
  };
}

function groupOf(name: string, members: readonly Kind[]): Record<string, unknown> {
  const versions = [...new Set(members.map(({ version }) => version))].map((version) => ({
    groupVersion: `${name}/${version}`,
    version,
  }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(path: string, kinds: readonly Kind[]): unknown {
  const [root, ...rest] = path.split('/').filter((part) => part !== '');
  const groupVersion = rest.join('/');
  if (root === 'apis' && rest.length === 1) {
    const members = kinds.filter(({ group }) => group === rest[0]);
    return members.length === 0
      ? undefined
      : { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(rest[0] ?? '', members) };
  }
  const found = kinds.filter(
    (kind) => apiVersionOf(kind) === groupVersion && (kind.group === '') === (root === 'api'),
  );
  if (found.length === 0 || rest.length !== (root === 'api' ? 1 : 2)) return undefined;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: found.flatMap(resourcesOf) };
}

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

function resourcesOf(kind: Kind): unknown[] {
  const { plural, namespaced, kind: name, shortNames, inAll } = kind;
  const main = {
    ...{ name: plural, singularName: name.toLowerCase(), namespaced, kind: name, verbs: VERBS },
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(inAll ? { categories: ['all'] } : {}),
  };
  const below = subresourcesOf(kind).map(({ name: sub, ...rest }) => ({
    name: `${plural}/${sub}`,
    singularName: '',
    namespaced,
    ...rest,
  }));
  return [main, ...below];
}

function subresourcesOf({
  kind,
  group,
  subresources,
}: Kind): { name: string; kind: string; verbs: string[] }[] {
  const own = subresources.map((name) =>
    name === 'scale'
      ? { name, kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: ['get', 'patch', 'update'] }
      : { name, kind, verbs: ['get', 'patch', 'update'] },
  );
  if (kind !== 'Pod' || group !== '') return own;
  return [
    ...own,
    { name: 'log', kind: 'Pod', verbs: ['get'] },
    { name: 'exec', kind: 'PodExecOptions', verbs: ['create', 'get'] },
    { name: 'portforward', kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
  ];
}

/** Aggregated discovery (apidiscovery.k8s.io/v2), which kubectl asks first. */
function aggregate(kinds: readonly Kind[]): unknown {
  const groups = Map.groupBy(kinds, ({ group }) => group);
  const items = [...groups].map(([name, members]) => ({
    metadata: { name, creationTimestamp: null },
    versions: [...Map.groupBy(members, ({ version }) => version)].map(([version, some]) => ({
      version,
      freshness: 'Current',
      resources: some.map(aggregatedResource),
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function aggregatedResource(kind: Kind): unknown {
  const { group, version, plural, namespaced, kind: name, shortNames, inAll } = kind;
  const below = subresourcesOf(kind).map(({ name: sub, kind: type, verbs }) => ({
    ...{ subresource: sub, verbs },
    responseKind: {
      group: type === 'Scale' ? 'autoscaling' : group,
      version: type === 'Scale' ? 'v1' : version,
      kind: type,
    },
  }));
  return {
    ...{ resource: plural, responseKind: { group, version, kind: name } },
    ...{ scope: namespaced ? 'Namespaced' : 'Cluster', singularResource: name.toLowerCase(), verbs: VERBS },
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(inAll ? { categories: ['all'] } : {}),
    ...(below.length > 0 ? { subresources: below } : {}),
  };
}
