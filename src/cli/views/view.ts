import type { UnnumberedLine } from '../../logs/log-line.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { Failure } from '../../session/failure.ts';
import type { Session } from '../../session/kernel.ts';

/** What a view is given of the session. */
interface Shown {
  readonly session: Session;
  readonly logs: LogStore;
  /** told once at the start: what was inferred, how images get to the cluster */
  readonly notes: readonly string[];
  /** what rockpool.yaml says that this version does not act on */
  readonly warnings: readonly Failure[];
}

/** A way to show a session. */
export interface View {
  /** Shows the session; resolves when it asked to end or has stopped being shown. */
  show(shown: Shown): Promise<void>;
  /** Log lines as they come; nothing more is read until it resolves. */
  lines?(lines: readonly UnnumberedLine[]): void | Promise<void>;
  /** What is worth a word but is no fact of the session. */
  notice?(failure: Failure): void;
}

/** Resolves when the session was asked to stop: the end of a view that asks for nothing itself. */
export function untilStopping(session: Session): Promise<void> {
  return new Promise((resolve) => {
    session.subscribe((event) => event.type === 'session.stopping' && resolve());
  });
}
