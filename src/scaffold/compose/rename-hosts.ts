import type { ServiceSketch } from '../proposal.ts';
import { textsOf, type Value } from './compose-value.ts';
import type { Notes } from './notes.ts';

/**
 * Services that got another name in the cluster are called by it in the addresses that environment variables hold
 * (`redis://my_cache:6379`), with a word for each; so are those that have further names, such as `container_name`. Pure but for the notes.
 * @param names by the services' names in the file
 */
export function renameHosts(
  sketches: readonly ServiceSketch[],
  names: ReadonlyMap<string, string>,
  services: ReadonlyMap<string, Value>,
  notes: Notes,
): readonly ServiceSketch[] {
  const renamed = [...names].filter(([service, name]) => service !== name);
  for (const [service, name] of renamed) {
    const at = services.get(service)?.at ?? { file: '' };
    notes.leave(
      at,
      `${service} is called ${name} in the cluster, in the addresses of environment variables too; look for others in the code`,
    );
  }
  const others = otherNames(names, services);
  const rename = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, renameIn(key, value, [...renamed, ...others])]),
    );
  return sketches.map((sketch) => ({
    ...sketch,
    env: rename(sketch.env),
    secretEnv: rename(sketch.secretEnv),
  }));
}

/** What compose calls a service besides: its container, its host, its aliases in networks. */
function otherNames(
  names: ReadonlyMap<string, string>,
  services: ReadonlyMap<string, Value>,
): readonly (readonly [string, string])[] {
  return [...services].flatMap(([service, { map }]) => {
    const networks = [...(map?.get('networks')?.map?.values() ?? [])];
    const aliases = networks.flatMap((network) => textsOf(network.map?.get('aliases')));
    const others = [map?.get('container_name')?.text, map?.get('hostname')?.text, ...aliases];
    const name = names.get(service) ?? service;
    return others.flatMap((other) =>
      other === undefined || !/^[\w.-]+$/.test(other) || names.has(other) ? [] : [[other, name] as const],
    );
  });
}

/** A value that is a name alone is a host only where its variable says so: POSTGRES_DB may be called like a service, too. */
const HOST_NAME = /host|server|addr|url|uri|endpoint|service|broker|nodes?$/i;

/** Where a host stands: behind `//`, `@`, `,` or at the beginning, and before a port, a path, a comma or the end. */
function renameIn(key: string, value: string, renamed: readonly (readonly [string, string])[]): string {
  return renamed.reduce((text, [service, name]) => {
    if (text === service) return HOST_NAME.test(key) ? name : text;
    const host = service.replaceAll('.', '\\.');
    return text.replace(new RegExp(`(^|//|@|,)${host}(?=$|:\\d|[/,?])`, 'g'), `$1${name}`);
  }, value);
}
