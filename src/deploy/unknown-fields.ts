import type { Path } from '../config/located-tree.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import { parseApiVersion } from '../kube/kube-path.ts';
import { didYouMean } from '../session/nearest-names.ts';
import { isMap, type Manifest } from './manifest.ts';

export interface UnknownField {
  readonly path: Path;
  readonly hint?: string | undefined;
}

/**
 * Every field of a manifest that its kind does not have, by the apiserver's OpenAPI document: the answer to an apply
 * names the first one only, and never what was meant. Empty when the document cannot be had.
 */
export async function findUnknownFields(
  client: Pick<KubeClient, 'request'>,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<readonly UnknownField[]> {
  const { group, version } = parseApiVersion(manifest.apiVersion);
  const path = group === '' ? `/openapi/v3/api/${version}` : `/openapi/v3/apis/${group}/${version}`;
  try {
    const { body } = await client.request<OpenApi>({ method: 'GET', path, signal });
    const schemas = body.components?.schemas ?? {};
    const root = Object.values(schemas).find((schema) => describes(schema, group, version, manifest.kind));
    return root ? unknownFields(manifest, root, schemas) : [];
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

/** The same from a schema. Pure. */
export function unknownFields(
  value: unknown,
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
): readonly UnknownField[] {
  const visit = (inner: unknown, given: Schema | undefined, path: Path): readonly UnknownField[] => {
    const resolved = given && resolve(given, schemas);
    if (!resolved) return [];
    if (Array.isArray(inner))
      return inner.flatMap((item, index) => visit(item, resolved.items, [...path, index]));
    if (!isMap(inner)) return [];
    return Object.entries(inner).flatMap(([key, field]) => {
      const { properties, additionalProperties } = resolved;
      const known = properties?.[key] ?? (isMap(additionalProperties) ? additionalProperties : undefined);
      if (known) return visit(field, known, [...path, key]);
      const isOpen = !properties || additionalProperties || resolved['x-kubernetes-preserve-unknown-fields'];
      return isOpen ? [] : [{ path: [...path, key], hint: didYouMean(key, Object.keys(properties)) }];
    });
  };
  return visit(value, schema, []);
}

/** The parts of an OpenAPI v3 schema that tell which fields there are. */
interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}

interface OpenApi {
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

function describes(schema: Schema, group: string, version: string, kind: string): boolean {
  const kinds = schema['x-kubernetes-group-version-kind'] ?? [];
  return (
    kinds.length === 1 && kinds[0]?.group === group && kinds[0].version === version && kinds[0].kind === kind
  );
}

/** References come alone, or in an `allOf` beside a default. */
function resolve(schema: Schema, schemas: Readonly<Record<string, Schema>>): Schema | undefined {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  return reference === undefined ? schema : schemas[reference.replace('#/components/schemas/', '')];
}
