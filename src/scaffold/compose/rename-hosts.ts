import type { ServiceSketch } from '../proposal.ts';
import type { Value } from './compose-value.ts';
import type { Notes } from './notes.ts';

/**
 * Services that got another name in the cluster are called by it in the addresses that environment variables hold
 * (`redis://my_cache:6379`), with a word for each. Pure but for the notes.
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
  const rename = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, renameIn(value, renamed)]));
  if (renamed.length === 0) return sketches;
  return sketches.map((sketch) => ({
    ...sketch,
    env: rename(sketch.env),
    secretEnv: rename(sketch.secretEnv),
  }));
}

/** Where a host stands: the whole value, or behind `//`, `@`, `,` and before a port, a path or a comma. */
function renameIn(value: string, renamed: readonly (readonly [string, string])[]): string {
  return renamed.reduce((text, [service, name]) => {
    const host = service.replaceAll('.', '\\.');
    return text.replace(new RegExp(`(^|//|@|,)${host}(?=$|[:/,?])`, 'g'), `$1${name}`);
  }, value);
}
