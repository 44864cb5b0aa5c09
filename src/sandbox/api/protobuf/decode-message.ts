import { Reader } from 'protobufjs/minimal.js';
import { WELL_KNOWN } from './well-known.ts';

/**
 * Messages by name, their fields by number: `name type`, where a type is a scalar or a message. Before it stands `[]` for
 * a list, `{}` for a map by strings, `*` for what may be zero and still be told, `~` for what JSON has the fields of.
 */
export type Messages = Readonly<Record<string, Readonly<Record<string, string>>>>;

type Fields = Record<string, unknown>;

/** A message as JSON has it: what is empty or zero is left out, as Go does. Throws a RangeError when bytes are missing. Pure. */
export function decodeMessage(messages: Messages, name: string, bytes: Uint8Array): Fields {
  const reader = Reader.create(bytes);
  const fields: Fields = {};
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const field = messages[name]?.[tag >>> 3];
    if (field === undefined) reader.skipType(tag & 7);
    else take(messages, fields, field, reader);
  }
  return fields;
}

function take(messages: Messages, fields: Fields, field: string, reader: Reader): void {
  const [, key = '', mark = '', type = ''] = /^(\w+) (\[\]|\{\}|\*|~)?(.+)$/.exec(field) ?? [];
  if (mark === '{}') {
    const entry = decodeMessage(
      { ...messages, Entry: { 1: 'key string', 2: `value *${type}` } },
      'Entry',
      reader.bytes(),
    );
    fields[key] = { ...(fields[key] as Fields | undefined), [String(entry.key ?? '')]: entry.value ?? '' };
    return;
  }
  const value = readValue(messages, type, reader);
  if (mark === '~') Object.assign(fields, value);
  else if (mark === '[]') fields[key] = [...((fields[key] as unknown[] | undefined) ?? []), value];
  else if (mark === '*' || !isZero(value)) fields[key] = value;
}

function readValue(messages: Messages, type: string, reader: Reader): unknown {
  switch (type) {
    case 'string':
      return reader.string();
    case 'bool':
      return reader.bool();
    case 'int32':
      return reader.int32();
    case 'int64':
      return Number(reader.int64());
    case 'bytes':
      return Buffer.from(reader.bytes()).toString('base64');
    default: {
      const fields = decodeMessage(messages, type, reader.bytes());
      const convert = WELL_KNOWN[type];
      return convert ? convert(fields) : fields;
    }
  }
}

function isZero(value: unknown): boolean {
  return value === undefined || value === '' || value === 0 || value === false;
}
