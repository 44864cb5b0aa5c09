import * as models from '@kubernetes/client-node';
import { builtinKinds } from '../src/sandbox/api/kinds.ts';

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

/**
 * The fields of all types that the kinds of the sandbox are made of, as client-node has them from Kubernetes' OpenAPI:
 * `Pod[]` is a list, `{string}` a map. What no model describes is `any`.
 */
export function kubeSchema(): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const found = new Map<string, Record<string, string>>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const attributes = attributesOf(name);
    if (!attributes) return;
    const fields = Object.fromEntries(attributes.map(({ baseName, type }) => [baseName, shortType(type)]));
    found.set(name, fields);
    for (const type of Object.values(fields)) visit(type.replace(/\[\]|[{}]/g, ''));
  };
  for (const { schema } of builtinKinds) if (schema !== undefined) visit(schema);
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function attributesOf(name: string): readonly Attribute[] | undefined {
  const model = (models as unknown as Record<string, { attributeTypeMap?: readonly Attribute[] }>)[name];
  return model?.attributeTypeMap;
}

function shortType(type: string): string {
  const list = /^(?:Array|Set)<(.*)>$/.exec(type)?.[1];
  if (list !== undefined) return `${shortType(list)}[]`;
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (map !== undefined) return `{${shortType(map)}}`;
  if (type === 'Date' || type === 'V1MicroTime' || type === 'Quantity') return 'string';
  if (type === 'object' || type === 'any') return 'any';
  return type;
}
