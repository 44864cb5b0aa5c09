import { type Failure, RockpoolError } from '../session/failure.ts';
import { forwardAddress } from '../ui/forward-address.ts';
import type { Status } from './status-schema.ts';

type Forward = Status['forwards'][number];

/**
 * The address of the forward that a name means: `web`, `service/web` or `service/web:80`; the only one when none is
 * named. Throws a RockpoolError: FORWARD_CLOSED, and of exit code 2 NAME_UNKNOWN, NAME_AMBIGUOUS. Pure.
 */
export function chooseForward(forwards: readonly Forward[], name: string | undefined): string {
  const fitting = forwards.filter(({ id }) => name === undefined || namesOf(id).includes(name));
  const [found, ...more] = fitting;
  if (found === undefined) throw new RockpoolError(unknown(name, forwards), { exitCode: 2 });
  if (more.length > 0) throw new RockpoolError(ambiguous(fitting), { exitCode: 2 });
  const port = found.address?.slice(found.address.lastIndexOf(':') + 1);
  if (port === undefined) throw new RockpoolError(found.failure ?? closed(found.id));
  return forwardAddress({ port: found.id.slice(found.id.lastIndexOf(':') + 1) }, Number(port));
}

function namesOf(id: string): readonly string[] {
  const target = id.slice(0, id.lastIndexOf(':'));
  return [id, target, target.slice(target.lastIndexOf('/') + 1)];
}

function unknown(name: string | undefined, forwards: readonly Forward[]): Failure {
  const known = forwards.length === 0 ? 'The project has none.' : `There are: ${list(forwards)}.`;
  const message = name === undefined ? 'There is no forward to open.' : `There is no forward to "${name}".`;
  return { code: 'NAME_UNKNOWN', subject: name ?? 'forwards', message, hint: known };
}

function ambiguous(forwards: readonly Forward[]): Failure {
  const message = `Several forwards may be meant: ${list(forwards)}.`;
  return { code: 'NAME_AMBIGUOUS', subject: 'forwards', message, hint: 'Name one of them.' };
}

function closed(id: string): Failure {
  const hint = '`rockpool status` tells when it is.';
  return {
    code: 'FORWARD_CLOSED',
    subject: `forward/${id}`,
    message: `The forward ${id} is not open yet.`,
    hint,
  };
}

function list(forwards: readonly Forward[]): string {
  return forwards.map(({ id }) => id).join(', ');
}
