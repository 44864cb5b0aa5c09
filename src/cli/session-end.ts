import type { Session } from '../session/kernel.ts';
import type { Guide } from './guide.ts';
import type { Interruption } from './until-interrupted.ts';

export interface Ending {
  readonly interruption: Pick<Interruption, 'exitCode'>;
  readonly guide: Guide | undefined;
}

/** In what words the session was asked to stop. */
export function reasonOf(session: Session): Promise<string> {
  return new Promise((resolve) => {
    session.subscribe((event) => event.type === 'session.stopping' && resolve(event.reason));
  });
}

/** Resolves when another session took over. */
export function supersededBy(session: Session): Promise<void> {
  return new Promise((resolve) => {
    session.subscribe((event) => event.type === 'lease.lost' && resolve());
  });
}

/** Why a session ends, for the event log. */
export function endReason(session: Session, { interruption, guide }: Ending): string {
  if (session.state().superseded !== undefined) return 'another session took over';
  if (interruption.exitCode() !== 0) return 'asked by a signal';
  return guide ? 'the demo is over' : 'asked on the screen';
}

/** @returns the exit code of a session that another one took over from */
export function tellSuperseded(by: string, session: Session): number {
  const { app, namespace } = session.state();
  console.error(
    `This session has ended: ${by} took over ${app} in namespace ${namespace}. Everything in the cluster is as it was.`,
  );
  return 1;
}
