import { textsOf, type Value } from './compose-value.ts';
import { extendServices, type OpenFile } from './extend-services.ts';
import type { Notes } from './notes.ts';

/**
 * The services that run all the time: not those of profiles that are not chosen (COMPOSE_PROFILES), and not those that
 * others wait for to end. Undefined where there are none at all. Pure but for the notes.
 */
export function chooseServices(
  root: Value,
  { env, open }: { env: Readonly<Record<string, string>>; open: OpenFile },
  notes: Notes,
): ReadonlyMap<string, Value> | undefined {
  const written = root.map?.get('services');
  if (!written?.map || written.map.size === 0) {
    notes.fail(
      written?.at ?? root.at,
      'there are no services in it',
      'compose files of version 1 are not read',
    );
    return undefined;
  }
  const broken = [...written.map].filter(([, value]) => !value.map);
  for (const [name, { at }] of broken) notes.fail(at, `services.${name} must be a map`);
  if (broken.length > 0) return undefined;
  const services = extendServices(written.map, open, notes);
  const profiles = new Set((env['COMPOSE_PROFILES'] ?? '').split(',').filter((profile) => profile !== ''));
  const ending = endingServices(services);
  return new Map([...services].filter(([name, value]) => isWanted(name, value, { profiles, ending, notes })));
}

interface Choice {
  readonly profiles: ReadonlySet<string>;
  readonly ending: ReadonlyMap<string, string>;
  readonly notes: Notes;
}

function isWanted(name: string, { at, map }: Value, { profiles, ending, notes }: Choice): boolean {
  const own = textsOf(map?.get('profiles'));
  const waits = ending.get(name);
  if (own.length > 0 && !own.some((profile) => profiles.has(profile) || profiles.has('*'))) {
    notes.leave(at, `${name} is left out: it runs in the profile ${own.join(', ')} only`);
    return false;
  }
  if (waits !== undefined) {
    notes.leave(
      at,
      `${name} is left out: ${waits} waits for its end, so it is a Job, which is yours to write`,
    );
    return false;
  }
  noteOrder(name, map?.get('depends_on'), notes);
  return true;
}

/** Services that others wait for to end, and one of those who wait. */
function endingServices(services: ReadonlyMap<string, Value>): ReadonlyMap<string, string> {
  const ending = new Map<string, string>();
  for (const [name, { map }] of services) {
    for (const [other, { map: how }] of map?.get('depends_on')?.map ?? []) {
      if (how?.get('condition')?.text === 'service_completed_successfully') ending.set(other, name);
    }
  }
  return ending;
}

function noteOrder(name: string, value: Value | undefined, notes: Notes): void {
  const others = value?.map ? [...value.map.keys()] : textsOf(value);
  if (!value || others.length === 0) return;
  const what = others.length > 1 ? 'they are' : 'it is';
  notes.leave(
    value.at,
    `${name}: it is not started after ${others.join(', ')}: a program in a cluster tries again until ${what} there, or ends and is started again`,
  );
}
