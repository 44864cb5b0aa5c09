import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { builtinKinds } from '../src/sandbox/api/kinds.ts';

/*
 * Writes schema/kubernetes-protobuf.json from the sources of k8s.io/api and k8s.io/apimachinery, which Go has where
 * test/cluster/install ran: node scripts/kube-protobuf.ts $(go list -m -f '{{.Dir}}' k8s.io/api k8s.io/apimachinery)
 */
const [api = '', machinery = ''] = process.argv.slice(2);

const FOLDERS: Readonly<Record<string, string>> = {
  meta: join(machinery, 'pkg/apis/meta/v1'),
  intstr: join(machinery, 'pkg/util/intstr'),
  resource: join(machinery, 'pkg/api/resource'),
  runtime: join(machinery, 'pkg/runtime'),
};

/** Kinds that are in the bodies of requests beside those that are stored. */
const MORE = ['meta.v1.DeleteOptions', 'autoscaling.v1.Scale'];

const types: Record<string, Record<string, string>> = {};
const stored = builtinKinds
  .filter(({ group }) => !group.startsWith('apiextensions'))
  .map(({ group, version, kind }) => `${group.split('.')[0] || 'core'}.${version}.${kind}`);
for (const name of [...stored, ...MORE]) add(name);
const sorted = Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(
  join(import.meta.dirname, '../schema/kubernetes-protobuf.json'),
  `${JSON.stringify(sorted, undefined, 1)}\n`,
);

/** `core.v1.Pod`, and all that is in it. */
function add(name: string): void {
  if (types[name]) return;
  const fields: Record<string, string> = {};
  types[name] = fields;
  const { message, pointers, inline } = find(name);
  for (const field of message.fieldsArray) {
    const type = shortName(field.type, name);
    const one = pointers.has(field.name) ? '*' : inline.has(field.name) ? '~' : '';
    const mark = field instanceof protobuf.MapField ? '{}' : field.repeated ? '[]' : one;
    fields[field.id] = `${field.name} ${mark}${type}`;
    if (type.includes('.')) add(type);
  }
}

interface Found {
  readonly message: protobuf.Type;
  /** fields that tell nothing from zero */
  readonly pointers: ReadonlySet<string>;
  /** fields that JSON does not know: it has what is in them */
  readonly inline: ReadonlySet<string>;
}

function find(name: string): Found {
  const parts = name.split('.');
  const [area = '', type = ''] = [parts[0], parts.at(-1)];
  const folder = FOLDERS[area] ?? join(api, ...parts.slice(0, -1));
  const { root } = protobuf.parse(readFileSync(join(folder, 'generated.proto'), 'utf8'), { keepCase: true });
  const struct = structOf(folder, type);
  const all = (pattern: RegExp) => new Set([...struct.matchAll(pattern)].map(([, field = '']) => field));
  return {
    message: root.lookupType(type),
    pointers: all(/^\s*\w+\s+\*[\w.]+\s+`.*?json:"(\w+)/gm),
    inline: all(/json:",inline" protobuf:"[^"]*name=(\w+)/g),
  };
}

/** The text of a Go struct. */
function structOf(folder: string, type: string): string {
  const file = join(folder, 'types.go');
  if (!existsSync(file)) return '';
  return new RegExp(`^type ${type} struct \\{$(.*?)^\\}$`, 'ms').exec(readFileSync(file, 'utf8'))?.[1] ?? '';
}

/** A type as another names it: `.k8s.io.api.core.v1.Pod`, `ObjectMeta`, `int32`. */
function shortName(type: string, from: string): string {
  if (/^[a-z]/.test(type) && !type.includes('.')) return type;
  const found =
    /^\.?k8s\.io\.(?:api|apimachinery\.pkg\.apis|apimachinery\.pkg\.util|apimachinery\.pkg\.api|apimachinery\.pkg)\.(.+)$/.exec(
      type,
    );
  return found?.[1] ?? `${from.split('.').slice(0, -1).join('.')}.${type}`;
}
