import { buffer } from 'node:stream/consumers';
import { ContextChanged } from '../build/open-listed.ts';
import { packContext } from '../build/pack-context.ts';
import type { PreparedBuild } from '../build/prepare-build.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import { RockpoolError } from '../session/failure.ts';
import type { BuildRequest, Clock, FileSyncer, SyncRequest } from '../session/ports.ts';
import { explainRun, explainWrite } from './explain-sync.ts';
import { createPodMarks } from './pod-marks.ts';
import { runInTarget } from './run-in-target.ts';
import { differences, hasOtherMode, type Snapshot, type Snapshots, snapshotOf } from './snapshot.ts';
import { planSteps, type SyncSteps } from './sync-plan.ts';
import type { SyncRules } from './sync-rules.ts';

export interface ExecSyncerOptions {
  readonly client: Pick<KubeClient, 'request' | 'websocket'>;
  readonly clock: Clock;
  /** what the images hold that the session built */
  readonly snapshots: Pick<Snapshots, 'of'>;
  /** of an image of the configuration in force */
  rulesOf(image: string): SyncRules;
  /** Lists and hashes what the image would be built from now. Rejects as prepareBuild does. */
  prepare(request: BuildRequest, signal: AbortSignal): Promise<PreparedBuild>;
}

type Target = SyncRequest['targets'][number];

/** What a container holds, and what a sync that was interrupted may have written. */
interface Held {
  readonly content: Snapshot;
  readonly doubtful: ReadonlySet<string>;
}

/** A file that is written all the time must not keep the rest from ending with an explanation. */
const ATTEMPTS = 5;
/** More than this in one go is as quickly built. In bytes. */
const MOST = 32 * 1024 * 1024;
/** Containers whose content is remembered. */
const KEPT = 200;

/** Writes into containers by a tar archive through `exec`: what differs between the build context and what they hold. */
export function createExecSyncer(options: ExecSyncerOptions): FileSyncer {
  const held = new Map<string, Held>();
  const marks = createPodMarks(options.client, options.clock);
  return {
    async sync(request, emit, signal) {
      emitStarted(request, emit);
      for (let attempt = 1; ; attempt++) {
        try {
          return await syncOnce(options, request, { held, mark: marks.mark }, signal);
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof ContextChanged)) throw marks.expected(error, request.image);
          if (attempt === ATTEMPTS) throw failed(request.image, `${error.path} does not cease to change`);
        }
      }
    },
    renew: marks.renew,
  };
}

const emitStarted = (
  { image, generation, targets }: SyncRequest,
  emit: Parameters<FileSyncer['sync']>[1],
): void => emit({ type: 'sync.started', image, generation, targets: targets.map(({ id }) => id) });

interface Memory {
  readonly held: Map<string, Held>;
  mark(target: Target, signal: AbortSignal): Promise<void>;
}

async function syncOnce(
  options: ExecSyncerOptions,
  request: SyncRequest,
  { held, mark }: Memory,
  signal: AbortSignal,
): Promise<{ ref: string }> {
  const prepared = await options.prepare(request, signal);
  const rules = options.rulesOf(request.image);
  const after = snapshotOf(prepared);
  const written = await Promise.allSettled(
    request.targets.map(async (target) => {
      const known = held.get(target.id) ?? heldFrom(options.snapshots.of(request.base));
      if (!known) throw failed(request.image, `what ${request.base} was built from is not known`);
      const { changed, deleted } = withDoubtful(known, after);
      const remade = changed.filter(
        (path) => known.doubtful.has(path) || hasOtherMode(path, known.content, after),
      );
      const steps = planSteps({ changed, remade, deleted, entries: prepared.entries, rules });
      if ('unfit' in steps) throw failed(request.image, steps.unfit);
      const doubtful = new Set([...known.doubtful, ...changed, ...deleted]);
      remember(held, target.id, { content: known.content, doubtful });
      await mark(target, signal);
      await write(options, { request, target, prepared, steps }, signal);
      remember(held, target.id, { content: after, doubtful: new Set() });
    }),
  );
  for (const result of written) if (result.status === 'rejected') throw result.reason;
  return { ref: prepared.ref };
}

const heldFrom = (content: Snapshot | undefined): Held | undefined =>
  content && { content, doubtful: new Set() };

function withDoubtful({ content, doubtful }: Held, after: Snapshot) {
  const { changed, deleted } = differences(content, after);
  return {
    changed: [...new Set([...changed, ...[...doubtful].filter((path) => after.has(path))])],
    deleted: [...new Set([...deleted, ...[...doubtful].filter((path) => !after.has(path))])],
  };
}

function remember(held: Map<string, Held>, id: string, now: Held): void {
  held.delete(id);
  held.set(id, now);
  for (const old of [...held.keys()].slice(0, -KEPT)) held.delete(old);
}

interface Writing {
  readonly request: SyncRequest;
  readonly target: Target;
  readonly prepared: PreparedBuild;
  readonly steps: SyncSteps;
}

async function write(
  { client, clock }: ExecSyncerOptions,
  { request, target, prepared, steps }: Writing,
  signal: AbortSignal,
): Promise<void> {
  const { image } = request;
  const { writes, deletes, runs } = steps;
  if (writes.size > 0 || deletes.length > 0) {
    const archive = await archiveOf(image, prepared, steps, clock.now(), signal);
    const command = writes.size > 0 && deletes.length === 0 ? EXTRACT : [...DELETE_AND_EXTRACT, ...deletes];
    const attempt = { image, pod: target.pod, container: target.container, command };
    const { end, output } = await runInTarget(client, { ...target, command, input: archive }, signal);
    const failure = explainWrite(end, { ...attempt, output });
    if (failure) throw new RockpoolError(failure);
  }
  for (const command of runs) {
    const { end, output } = await runInTarget(client, { ...target, command }, signal);
    const attempt = { image, pod: target.pod, container: target.container, command, output };
    const failure = explainRun(end, attempt);
    if (failure) throw new RockpoolError(failure);
  }
}

/**
 * -m: no times, -p: modes as they are, -o: no owners, -U would remove folders. GNU tar and busybox know all of them.
 * --overwrite: into the file that is there, instead of another one in its place, which `node --watch` sees only once
 * (it follows inodes). busybox leaves the mode of such a file as it is; files of another mode are deleted before.
 */
const EXTRACT = ['tar', '--overwrite', '-xmpof', '-', '-C', '/'];
/** No folder is ever deleted: what else is in it nobody knows. */
const DELETE_AND_EXTRACT = ['sh', '-c', `rm -f -- "$@" && exec ${EXTRACT.join(' ')}`, 'sync'];

async function archiveOf(
  image: string,
  { folder, entries, hashes }: PreparedBuild,
  { writes }: SyncSteps,
  now: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const wanted = entries.filter(({ path }) => writes.has(path));
  const bytes = wanted.reduce(
    (sum, { path, stamp }) => sum + stamp.size * (writes.get(path)?.length ?? 0),
    0,
  );
  if (bytes > MOST) throw failed(image, `${Math.ceil(bytes / 1024 / 1024)} MiB are too much for a sync`);
  const places = (path: string) => (writes.get(path) ?? []).map((to) => to.replace(/^\/+/, ''));
  return buffer(packContext({ folder, entries: wanted, hashes, texts: new Map(), now, places }, signal));
}

function failed(image: string, why: string): RockpoolError {
  return new RockpoolError({
    code: 'SYNC_FAILED',
    subject: `image/${image}`,
    message: `Files could not be synced: ${why}.`,
    hint: 'The image is built instead.',
  });
}
