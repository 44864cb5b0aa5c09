import type { ForwardSpec } from '../session/events.ts';
import type { Failure } from '../session/failure.ts';
import { findPortOwner, type PortOwner } from './port-owner.ts';

/** What it means that the local port of a forward cannot be had; undefined for an error that is none of the known ones. */
export async function portFailure(
  { id, local }: ForwardSpec,
  error: unknown,
  ownerOf = findPortOwner,
): Promise<Failure | undefined> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const subject = `forward/${id}`;
  const other = 'give the forward another local port in rockpool.yaml, or local: auto for a free one.';
  if (code === 'EACCES') {
    const message = `127.0.0.1:${local} needs rights that this user does not have: ports below 1024 are reserved`;
    return { code: 'PORT_DENIED', subject, message, hint: capitalized(other) };
  }
  if (code !== 'EADDRINUSE' || local === 'auto') return undefined;
  const owner = await ownerOf(local);
  const message = `127.0.0.1:${local} is taken by ${inWords(owner)}`;
  const hint = owner ? `${endingOf(owner)}, or ${other}` : capitalized(other);
  return { code: 'PORT_TAKEN', subject, message, hint };
}

function inWords(owner: PortOwner | undefined): string {
  if (!owner) return 'a process that cannot be told, as one of another user';
  const { name, pid, project } = owner;
  return project === undefined
    ? `${name} (pid ${pid})`
    : `the rockpool session of the project in ${project} (pid ${pid})`;
}

/** A session ends what it holds by itself; it is not to be killed. */
const endingOf = ({ pid, project }: PortOwner): string =>
  project === undefined ? `Stop it (kill ${pid})` : 'End that session (q in its terminal)';

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
