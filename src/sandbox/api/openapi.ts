import { apiVersionOf, type Kind } from './kinds.ts';

/**
 * As much of OpenAPI v3 as kubectl asks for: that PATCH takes `fieldValidation`, so that it leaves checking manifests to
 * the server. What fields there are it does not say: `kubectl explain` finds nothing. Undefined: another path. Pure.
 */
export function answerOpenApi(path: string, kinds: readonly Kind[]): unknown {
  const versions = [...new Set(kinds.map(rootOf))];
  if (path === '/openapi/v3') {
    const paths = versions.map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}` }]);
    return { paths: Object.fromEntries(paths) };
  }
  const root = /^\/openapi\/v3\/(.*)$/.exec(path)?.[1];
  if (root === undefined || !versions.includes(root)) return undefined;
  const paths = kinds
    .filter((kind) => rootOf(kind) === root)
    .map((kind) => [pathOf(kind), { patch: patchOf(kind) }]);
  return {
    ...{ openapi: '3.0.0', info: { title: 'rockpool sandbox', version: 'v1.36.0' } },
    paths: Object.fromEntries(paths),
    components: { schemas: {} },
  };
}

const rootOf = (kind: Kind): string => `${kind.group === '' ? 'api' : 'apis'}/${apiVersionOf(kind)}`;

function pathOf(kind: Kind): string {
  return `/${rootOf(kind)}/${kind.namespaced ? 'namespaces/{namespace}/' : ''}${kind.plural}/{name}`;
}

function patchOf({ group, version, kind }: Kind): unknown {
  const parameter = (name: string) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } });
  return {
    parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(parameter),
    responses: {},
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group, version, kind },
  };
}
