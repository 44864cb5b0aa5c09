import { posix } from 'node:path';
import type { SourcePlace } from '../../session/failure.ts';
import type { ServiceSketch } from '../proposal.ts';
import { isTrue, type Value } from './compose-value.ts';
import type { Notes } from './notes.ts';
import { toName } from './service-names.ts';

/** A folder or file of this machine that compose mounts into a container. */
export interface BindMount {
  /** as written */
  readonly source: string;
  readonly target: string;
  readonly at: SourcePlace;
}

export interface Mounts {
  readonly volumes: ServiceSketch['volumes'];
  readonly binds: readonly BindMount[];
}

/** What package managers put beside the sources: the image has it, and an empty volume over it would hide it. */
const INSTALLED =
  /\/(node_modules|\.venv|venv|site-packages|vendor|bundle|target|\.next|\.nuxt|__pycache__|\.cache|\.m2|\.gradle|\.cargo|pkg\/mod|go-build|\.npm|\.yarn|\.pnpm-store)(\/|$)/;

/** `volumes` of a service. Named ones are kept, folders of this machine are returned for those who sync. Pure but for the notes. */
export function readVolumes(service: string, value: Value | undefined, notes: Notes): Mounts {
  const volumes: { name: string; mountPath: string }[] = [];
  const binds: BindMount[] = [];
  for (const item of value?.list ?? []) {
    const mount = item.map ? longForm(item.map) : shortForm(item.text ?? '');
    const at = item.at;
    if (!mount || !posix.isAbsolute(mount.target)) {
      notes.fail(
        at,
        `services.${service}.volumes: "${item.text ?? 'this'}" is no volume`,
        'as data:/var/lib/data',
      );
      continue;
    }
    const { source, target } = mount;
    const why = whyNotKept(mount);
    if (mount.type === 'bind') binds.push({ source, target, at });
    else if (why !== undefined) notes.leave(at, `${service}: ${why}`);
    else volumes.push({ name: freeName(source, target, volumes), mountPath: target });
  }
  return { volumes, binds };
}

function whyNotKept({ type, source, target }: Mount): string | undefined {
  if (type !== 'volume') return `a mount of type ${type} is left out`;
  if (INSTALLED.test(target)) return `no volume for ${target}, the image has what is installed there`;
  return source === '' ? `${target} is not kept, since its volume has no name` : undefined;
}

/** One volume may be mounted at several paths; a claim is mounted at one. */
function freeName(source: string, target: string, taken: readonly { readonly name: string }[]): string {
  const name = toName(source);
  return taken.some((volume) => volume.name === name) ? toName(`${name}${target}`) : name;
}

interface Mount {
  readonly type: string;
  readonly source: string;
  readonly target: string;
}

/** `[source:]target[:options]`; a source with a slash, a dot or a tilde in front is a folder of this machine. */
function shortForm(text: string): Mount | undefined {
  const windows = /^[A-Za-z]:(\\|\/[^:]*:)/.test(text) ? text.slice(0, 2) : '';
  const parts = text.slice(windows.length).split(':');
  if (parts.length > 3 || text === '') return undefined;
  const [first = '', second] = parts;
  if (second === undefined) return { type: 'volume', source: '', target: plainPath(first) };
  const isBind = windows !== '' || /^[./~\\]/.test(first);
  return { type: isBind ? 'bind' : 'volume', source: windows + first, target: plainPath(second) };
}

function longForm(map: ReadonlyMap<string, Value>): Mount {
  const text = (key: string) => map.get(key)?.text ?? '';
  return { type: text('type') || 'volume', source: text('source'), target: plainPath(text('target')) };
}

const plainPath = (path: string): string =>
  path === '' ? path : posix.normalize(path).replace(/(.)\/$/, '$1');

/** Says what becomes of the volumes that services share, and of those that are made elsewhere. */
export function noteVolumes(
  sketches: readonly ServiceSketch[],
  declared: ReadonlyMap<string, Value>,
  notes: Notes,
): void {
  for (const [volume, value] of declared) {
    const name = toName(volume);
    const users = sketches.filter(({ volumes }) => volumes.some((used) => used.name === name));
    if (users.length > 1) {
      const who = users.map((user) => user.name).join(' and ');
      notes.leave(
        value.at,
        `the volume ${volume} is shared by ${who}: in the cluster each has its own, with nothing in common`,
      );
    }
    if (isTrue(value.map?.get('external')))
      notes.leave(value.at, `the volume ${volume} is an external one: the cluster makes a new, empty one`);
    for (const key of ['driver', 'driver_opts'] as const) {
      const found = value.map?.get(key);
      if (found && found.text !== 'local')
        notes.leave(found.at, `volume ${volume}: \`${key}\` has no counterpart`);
    }
  }
}
