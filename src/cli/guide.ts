import type { WaitResult } from '../control/protocol.ts';
import type { UnnumberedLine } from '../logs/log-line.ts';
import type { Session } from '../session/kernel.ts';

/** What somebody who shows a session around can do. */
export interface Guided {
  readonly session: Session;
  /** Resolves as `rockpool wait --for current` does. Rejects when the session ends. */
  wait(timeoutMs: number): Promise<WaitResult>;
  /** Says lines among those of the logs. */
  say(lines: readonly string[]): void;
  /** fires when the session ends */
  readonly signal: AbortSignal;
}

/** Works on the project while its session runs. When it ends, or rejects, the session ends. */
export type Guide = (guided: Guided) => Promise<void>;

/** A guide at work. */
export interface GuideAtWork {
  /** resolves when the session has to end because of it */
  readonly done: Promise<void>;
  /** Rejects with what went wrong, unless the session was ended by somebody else before that. */
  check(): Promise<void>;
}

export interface StartGuideOptions {
  readonly session: Session;
  wait(timeoutMs: number, signal: AbortSignal): Promise<WaitResult>;
  onLines(lines: readonly UnnumberedLine[]): void;
}

/** Lets a guide work on a session. Without one, nothing ever happens. */
export function startGuide(guide: Guide | undefined, options: StartGuideOptions): GuideAtWork {
  if (!guide) return { done: new Promise(() => undefined), check: async () => undefined };
  const { session, wait, onLines } = options;
  const ended = new AbortController();
  const { signal } = ended;
  session.subscribe((event) => event.type === 'session.stopping' && ended.abort());
  let wrong: unknown;
  const done = guide({
    ...{ session, signal },
    wait: (timeoutMs) => wait(timeoutMs, signal),
    say: (lines) => onLines(lines.map(guideLine)),
  }).catch((error: unknown) => {
    if (!signal.aborted) wrong = error;
  });
  const check = async (): Promise<void> => {
    await done;
    if (wrong !== undefined) throw wrong;
  };
  return { done, check };
}

/** As a log line of no container. */
function guideLine(text: string): UnnumberedLine {
  return { targetId: 'demo', namespace: '', pod: 'demo', container: '', time: '', text };
}
