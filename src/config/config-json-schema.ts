import { z } from 'zod';
import type { Path } from './located-tree.ts';
import { configSchema } from './schema.ts';

/** The parts of JSON Schema (draft 7) that ours uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** The JSON Schema of rockpool.yaml, draft 7, which editors' YAML servers read. */
export function configJsonSchema(): JsonSchema {
  return z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' }) as JsonSchema;
}

/** The keys that a map at this path may have; empty where any are allowed. Pure. */
export function knownKeys(schema: JsonSchema, path: Path): readonly string[] {
  let variants = expand(schema, schema);
  for (const step of path) {
    variants = variants.flatMap((variant) => {
      const inner =
        typeof step === 'number'
          ? variant.items
          : (variant.properties?.[step] ?? variant.additionalProperties);
      return typeof inner === 'object' ? expand(schema, inner) : [];
    });
  }
  return [...new Set(variants.flatMap((variant) => Object.keys(variant.properties ?? {})))];
}

/** References followed and unions spread out. */
export function expand(root: JsonSchema, schema: JsonSchema): readonly JsonSchema[] {
  const name = schema.$ref?.replace('#/definitions/', '');
  const target = name === undefined ? undefined : root.definitions?.[name];
  if (target) return expand(root, target);
  return schema.anyOf ? schema.anyOf.flatMap((variant) => expand(root, variant)) : [schema];
}
