import { KubeUnreachable } from '../kube/kube-client.ts';
import type { PodLogRequest } from '../kube/pod-log-stream.ts';
import type { Clock } from '../session/ports.ts';
import type { LogTarget } from '../session/state.ts';
import { type ContainerNow, type InstancePlace, instancePlace } from './instance-place.ts';
import type { UnnumberedLine } from './log-line.ts';
import { readOnce } from './read-once.ts';
import { readProblem } from './read-problem.ts';
import type { ResumePoint } from './resume.ts';
import type { TimedLine } from './split-lines.ts';

/** Opens a log; see openPodLog. */
export type OpenLog = (request: PodLogRequest, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;

export interface ReadInstanceOptions {
  readonly open: OpenLog;
  /** Takes lines; nothing more is read until it resolves. */
  onLines(lines: readonly UnnumberedLine[]): void | Promise<void>;
  readonly containerNow: ContainerNow;
  readonly clock: Clock;
  /** Told what keeps a log from being read, once for each new reason. */
  onProblem?(target: LogTarget, message: string): void;
}

export interface ReadInstanceRequest {
  readonly target: LogTarget;
  /** what was delivered of this container's logs */
  readonly resume: ResumePoint;
  /** false reads what is there now and ends */
  readonly follow: boolean;
  /** of the first request, instead of everything */
  readonly first?: Pick<PodLogRequest, 'sinceTime' | 'tailLines'>;
}

/** ms to wait after so many reads in a row that brought nothing: 0.1 s doubled up to 5 s. */
const waitAfter = (idle: number) => Math.min(5_000, 100 * 2 ** idle);
/**
 * s without a byte after which a log that is followed is opened anew, doubled each time that brings nothing: a kubelet sends
 * nothing when nothing is written, and to find the place in a long log it reads it from its beginning.
 */
const PATIENCE = { least: 60, most: 480 };
/** ms to wait for the pod's status to tell of an end after the log ended: mostly it comes second. */
const SETTLE = 1_000;
const SETTLE_STEP = 100;
/** Reads of what only the kubelet keeps, before it counts as lost. */
const ATTEMPTS = 5;

/**
 * Reads an instance's log to its end, resuming after every drop. It is at its end when a read that began after the
 * instance was over ended cleanly. Resolves then, or when the log is gone; rejects only with the signal's reason.
 */
export async function readInstance(
  options: ReadInstanceOptions,
  request: ReadInstanceRequest,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const run: Run = {
    ...{ options, request, signal, told: new Set(), progress: false, begun: false },
    ...{ restarts: undefined, giveRest: undefined, patience: PATIENCE.least },
  };
  for (let idle = 0; ; ) {
    const place = placeOf(run);
    const outcome = place === 'lost' ? 'over' : await readPatiently(run, place);
    const isLast = outcome === 'over' || (outcome === 'end' && (place !== 'current' || !request.follow));
    if (isLast) return await run.giveRest?.();
    if (outcome === 'end') await settle(run);
    if (place === 'previous' && idle >= ATTEMPTS) return;
    idle = run.progress ? 0 : idle + 1;
    run.progress = false;
    if (placeOf(run) === place) await options.clock.sleep(waitAfter(idle), signal);
  }
}

interface Run {
  readonly options: ReadInstanceOptions;
  readonly request: ReadInstanceRequest;
  readonly signal: AbortSignal;
  /** problems that were told */
  readonly told: Set<string>;
  /** the container's, as long as the instance was the one to read */
  restarts: number | undefined;
  /** lines were delivered since this was last asked */
  progress: boolean;
  /** a read brought something, so that the next one resumes */
  begun: boolean;
  /** s */
  patience: number;
  /** Delivers a last line without its end, once nobody can tell whether more of it comes. */
  giveRest: (() => Promise<void>) | undefined;
}

function placeOf(run: Run): InstancePlace {
  const { target } = run.request;
  const now = run.options.containerNow(target);
  if (now?.containerId === target.containerId) run.restarts = now.restarts;
  return instancePlace(target, now, run.restarts);
}

/** Reads; as long as nothing comes, over a new stream each time. */
async function readPatiently(run: Run, where: InstancePlace): Promise<Exclude<Outcome, 'silent'>> {
  for (;;) {
    const before = run.request.resume.sinceTime();
    const outcome = await read(run, where);
    if (outcome !== 'silent') return outcome;
    const isNew = run.request.resume.sinceTime() !== before;
    run.patience = isNew ? PATIENCE.least : Math.min(PATIENCE.most, 2 * run.patience);
    if (placeOf(run) !== where) return 'again';
  }
}

type Outcome = 'end' | 'over' | 'again' | 'silent';

async function read(run: Run, where: InstancePlace): Promise<Outcome> {
  const { options, request, signal } = run;
  const replay = request.resume.replay();
  const isResumed = run.begun && request.resume.sinceTime() !== undefined;
  run.giveRest = undefined;
  try {
    const { isClean, isSilent, rest, said } = await readOnce(
      {
        ...{ replay, isResumed, where, clock: options.clock },
        patience: request.follow && where === 'current' ? run.patience : Number.POSITIVE_INFINITY,
        open: (inner) => options.open(podLogRequest(run, where), inner),
        place: () => placeOf(run),
        give: (lines) => give(run, lines),
        tell: (message) => tell(run, message),
      },
      signal,
    );
    run.begun = true;
    if (isSilent) return 'silent';
    if (rest !== undefined) run.giveRest = () => give(run, replay.fresh([rest]));
    if (said !== undefined && where !== 'current' && isRemoved.test(said)) return 'over';
    return isClean ? 'end' : 'again';
  } catch (error) {
    signal.throwIfAborted();
    run.begun ||= run.progress;
    if (readProblem(error) === 'over') return 'over';
    // That the apiserver is away is told once, by whoever watches it, and not by each log.
    if (!(error instanceof KubeUnreachable))
      tell(run, error instanceof Error ? error.message : String(error));
    return 'again';
  }
}

/** What the kubelet sends for an instance whose log file is gone. */
const isRemoved = /^unable to retrieve container logs/;

function podLogRequest({ request, begun }: Run, where: InstancePlace): PodLogRequest {
  const { target, resume, follow, first } = request;
  const { namespace, pod, container } = target;
  const sinceTime = resume.sinceTime();
  return {
    ...{ namespace, pod, container, follow: follow && where === 'current' },
    ...(where === 'previous' ? { previous: true } : {}),
    ...(begun && sinceTime !== undefined ? { sinceTime } : first),
  };
}

async function settle(run: Run): Promise<void> {
  for (let waited = 0; waited < SETTLE && placeOf(run) === 'current'; waited += SETTLE_STEP) {
    await run.options.clock.sleep(SETTLE_STEP, run.signal);
  }
}

async function give(run: Run, lines: readonly TimedLine[]): Promise<void> {
  if (lines.length === 0) return;
  run.progress = true;
  run.told.clear();
  await run.options.onLines(lines.map((line) => lineOf(run.request.target, line)));
}

function tell(run: Run, message: string): void {
  if (run.told.has(message)) return;
  run.told.add(message);
  run.options.onProblem?.(run.request.target, message);
}

function lineOf(target: LogTarget, { time, text }: TimedLine): UnnumberedLine {
  const { id, namespace, pod, container, owner } = target;
  return { targetId: id, namespace, pod, container, time, text, ...(owner === undefined ? {} : { owner }) };
}
