import type { SourcePlace } from '../../session/failure.ts';
import type { Value } from './compose-value.ts';
import type { Notes } from './notes.ts';

/** A StatefulSet labels its pods with its name and a hash of ten characters, and labels end at 63. */
const MAX_NAME = 52;

/**
 * What each service is called in the cluster: a name that a Kubernetes Service may have (lower case letters, digits, "-",
 * beginning with a letter). Names that become the same are a failure. Pure but for the notes.
 */
export function serviceNames(
  services: ReadonlyMap<string, Value>,
  notes: Notes,
): ReadonlyMap<string, string> {
  for (const [service, { at }] of services) {
    if (!/^[\w.-]+$/.test(service))
      notes.fail(at, `"${service}" is no name of a service`, 'letters, digits, "_", "." and "-"');
  }
  const names = new Map([...services.keys()].map((name) => [name, toName(name)]));
  const first = new Map<string, string>();
  for (const [service, name] of names) {
    const at = services.get(service)?.at ?? { file: '' };
    const other = first.get(name);
    if (other === undefined) first.set(name, service);
    else refuse(at, [other, service], name, notes);
  }
  return names;
}

function refuse(at: SourcePlace, services: readonly string[], name: string, notes: Notes): void {
  const message = `the services ${services.join(' and ')} would both be called ${name} in the cluster`;
  notes.fail(at, message, 'rename one of them: names there are lower case letters, digits and "-"');
}

/** Any text as such a name; `service` where nothing is left of it. Pure. */
export function toName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .replace(/^(?=\d)/, 's-')
    .slice(0, MAX_NAME)
    .replace(/-+$/, '');
  return name === '' ? 'service' : name;
}
