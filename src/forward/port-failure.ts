import type { ForwardSpec } from '../session/events.ts';
import type { Failure } from '../session/failure.ts';
import { findPortOwner } from './port-owner.ts';

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
  const who = owner
    ? `${owner.name} (pid ${owner.pid})`
    : 'a process that cannot be told, as one of another user';
  const message = `127.0.0.1:${local} is taken by ${who}`;
  const hint = owner ? `Stop it (kill ${owner.pid}), or ${other}` : capitalized(other);
  return { code: 'PORT_TAKEN', subject, message, hint };
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
