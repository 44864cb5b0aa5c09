import { failureList } from '../diagnosis/failure-list.ts';
import type { Failure } from '../session/failure.ts';
import { RockpoolError } from '../session/failure.ts';
import type { Session } from '../session/kernel.ts';
import type { Clock } from '../session/ports.ts';
import type { SourceCheck } from './check-sources.ts';
import { isCurrent } from './is-current.ts';
import { findNamed } from './names.ts';
import type { WaitResult } from './protocol.ts';
import type { Verdict } from './verdict.ts';

export interface WaitOptions {
  readonly session: Session;
  readonly clock: Clock;
  /** what the session may not have been told */
  readonly check: SourceCheck;
}

/** ms by which the next look at the sources is put off each time something differed, so that what never settles does not spin. */
const AGAIN = 50;
/** So many times, at most. */
const LONGEST = 20;

/**
 * Resolves when everything that was saved before the call is live, as soon as the newest generation has failed, or
 * when the time is up. Before it says either of the first two, it makes sure that no save was missed and that the
 * cluster's watches do not lag. Rejects with a RockpoolError when the name is unknown, or the session ends.
 */
export async function waitForCurrent(
  options: WaitOptions,
  { name, timeoutMs }: { readonly name?: string; readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<Omit<WaitResult, 'status'>> {
  const { session, clock, check } = options;
  const deadline = clock.now() + timeoutMs;
  let doubts = 0;
  let notBefore = 0;
  for (;;) {
    signal.throwIfAborted();
    let verdict = verdictNow(options, name);
    let lookAgainIn = verdict.is === 'waiting' ? verdict.lookAgainIn : notBefore - clock.now();
    if (verdict.is !== 'waiting' && clock.now() >= notBefore) {
      const { changed, lags, oldPods } = await check(session.state(), verdict, signal);
      if (changed) session.dispatch(changed);
      verdict = verdictNow(options, name, oldPods);
      if (!changed && lags === undefined && verdict.is !== 'waiting') return resultOf(verdict);
      doubts += 1;
      lookAgainIn = AGAIN * Math.min(doubts, LONGEST);
      notBefore = clock.now() + lookAgainIn;
    }
    const left = deadline - clock.now();
    if (left <= 0) return timedOut(verdict, session, name);
    await newsOr(Math.min(left, lookAgainIn ?? left), session, clock, signal);
  }
}

function verdictNow(
  { session, clock }: WaitOptions,
  name: string | undefined,
  oldPods?: ReadonlySet<string>,
) {
  const state = session.state();
  if (state.phase === 'stopping') throw new RockpoolError(ending);
  // Names are known once the configuration was read and the manifests were rendered.
  const isKnown = state.config.current !== undefined && state.deploy.rendered !== undefined;
  const only = name !== undefined && isKnown ? { only: findNamed(state, name) } : {};
  return isCurrent(state, { now: clock.now(), ...only, ...(oldPods ? { oldPods } : {}) });
}

function resultOf(verdict: Verdict): Omit<WaitResult, 'status'> {
  const failures = verdict.is === 'failed' ? [...verdict.failures] : [];
  return { outcome: verdict.is === 'failed' ? 'failed' : 'current', failures, waitingFor: [] };
}

/** What is known to be wrong by then is told, each thing once; with a name, only what keeps that waiting. */
function timedOut(verdict: Verdict, session: Session, name: string | undefined): Omit<WaitResult, 'status'> {
  const found = verdict.is === 'waiting' ? (verdict.failures ?? []) : [];
  const others = name === undefined ? failureList(session.state()) : [];
  const failures = [...new Map([...found, ...others].map((failure) => [idOf(failure), failure])).values()];
  const holds = session.holds().map(({ what, reason }) => `${what}: ${reason}`);
  const open = verdict.is === 'waiting' ? verdict.for : ['the sources to stay as they are'];
  const told = (what: string) => failures.some(({ message }) => what.includes(message));
  const waitingFor = [...new Set([...open, ...holds])].filter((what) => !told(what));
  return { outcome: 'timeout', failures, waitingFor };
}

const idOf = ({ code, subject, message }: Failure) => [code, subject, message].join('\n');

/** ms that a timer of Node can wait; longer ones fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Resolves after the next fact that changed anything, or after `ms`. */
async function newsOr(ms: number, { subscribe }: Session, clock: Clock, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const unsubscribe = subscribe((_event, before, after) => before !== after && over.abort());
  try {
    await clock.sleep(Math.min(ms, LONGEST_TIMER), either);
  } catch {
    signal.throwIfAborted();
  } finally {
    unsubscribe();
    over.abort();
  }
}

const ending: Failure = {
  code: 'SESSION_GONE',
  subject: 'session',
  message: 'The session is ending.',
  hint: '`rockpool up` starts one.',
};
