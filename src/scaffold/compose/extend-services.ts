import type { Value } from './compose-value.ts';
import { mergeValues } from './merge-values.ts';
import type { Notes } from './notes.ts';

type Services = ReadonlyMap<string, Value>;

/** Services with what they extend in the same file. What extends another file stays as it is, with a word. Pure but for the notes. */
export function extendServices(services: Services, notes: Notes): Services {
  return new Map([...services].map(([name, value]) => [name, extended(name, value, services, notes, [])]));
}

function extended(
  name: string,
  value: Value,
  services: Services,
  notes: Notes,
  chain: readonly string[],
): Value {
  const wish = value.map?.get('extends');
  if (!wish) return value;
  const file = wish.map?.get('file');
  const from = wish.text ?? wish.map?.get('service')?.text;
  if (file?.text !== undefined && file.text.replace(/^\.\//, '') !== wish.at.file.replace(/^.*\//, '')) {
    notes.leave(file.at, `${name}: what it extends in ${file.text} is not read`);
    return without(value);
  }
  const base = from === undefined ? undefined : services.get(from);
  if (from === undefined || !base || from === name || chain.includes(from)) {
    const why = base ? 'extends itself' : `extends "${from ?? ''}", which is not there`;
    notes.fail(wish.at, `services.${name} ${why}`);
    return without(value);
  }
  return mergeValues(without(extended(from, base, services, notes, [...chain, name])), without(value));
}

/** `extends` is done with, and who depends on what is inherited by nobody. */
function without({ at, map }: Value): Value {
  return { at, map: new Map([...(map ?? [])].filter(([key]) => key !== 'extends')) };
}
