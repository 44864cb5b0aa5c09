import type { Effect } from './effect.ts';
import type { EventBody, ForwardSpec } from './events.ts';
import { RockpoolError, toFailures } from './failure.ts';
import type { Emit, ForwardTargets, Ports } from './ports.ts';
import { instancesOf } from './reduce-pods.ts';

export interface EffectContext {
  readonly ports: Ports;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** who serves a forward now */
  targetsOf(spec: ForwardSpec): ForwardTargets;
}

type EffectOf<T extends Effect['type']> = Extract<Effect, { type: T }>;

/**
 * Runs one effect through its port and emits what came of it. An expected error becomes a fact; any other rejects,
 * which the kernel reports as a bug. All IO is done before the last event is emitted.
 */
export async function runEffect(effect: Effect, context: EffectContext): Promise<void> {
  context.signal.throwIfAborted();
  const { ports, emit, signal } = context;
  switch (effect.type) {
    case 'loadConfig':
      return loadConfig(effect, context);
    case 'watch':
      return orFailed(ports.watcher.watch(emit, signal), emit, (failure) => ({
        type: 'watch.failed',
        failure,
      }));
    case 'settle':
      return settle(effect, context);
    case 'retry':
      await ports.clock.sleep(RETRY_AFTER, signal);
      return emit({ type: 'retry.due', what: effect.what, name: effect.name });
    case 'build':
      return build(effect, context);
    case 'sync':
      return sync(effect, context);
    case 'proveSync':
      return proveSync(effect, context);
    case 'renewPod':
      return ports.syncer.renew(effect.pod, signal);
    case 'deploy':
      return deploy(effect, context);
    case 'observe':
      return ports.observer.observe(effect.namespace, emit, signal);
    case 'forward': {
      const forwarding = ports.forwarder.forward(effect.spec, context.targetsOf(effect.spec), emit, signal);
      return orFailed(forwarding, emit, (failure) => ({
        type: 'forward.failed',
        forward: effect.spec.id,
        failure,
      }));
    }
    case 'probe':
      return probe(effect, context);
    case 'followLogs':
      await ports.logs.follow(effect.target, signal);
      return emit({ type: 'logs.ended', target: effect.target.id });
    case 'awaitPlace':
      await ports.clock.sleep(PLACING, signal);
      return emit({ type: 'pod.overlooked', ...effect.pod });
    case 'readCrash':
      return readCrash(effect, context);
    case 'holdLease':
      return ports.lease.hold(emit, signal);
    case 'watchClock':
      return ports.clockWatch.watch(emit, signal);
    case 'watchCluster':
      return ports.liveness.watch(emit, signal);
    case 'prune':
      return ports.pruner.prune(effect.request, emit, signal);
    case 'missImage':
      await ports.clock.sleep(Math.max(0, effect.notBefore - ports.clock.now()), signal);
      return emit({ type: 'image.gone', image: effect.image, ref: effect.ref });
    case 'wakePods': {
      const { image, generation, pods } = effect;
      await ports.waker.wake(pods, signal);
      return emit({ type: 'pods.woken', image, generation, pods: pods.map(({ uid }) => uid) });
    }
  }
}

/** ms in which a scheduler looks at a new pod and its volumes are made, as a rule much sooner. */
const PLACING = 2000;

/** ms until what failed for a reason that may pass is tried again. */
const RETRY_AFTER = 3000;

/** So long after the first save of a burst a build begins although saves go on, in ms. */
const BURST_BOUND = 10_000;

async function settle(
  { image, generation, since, quiet }: EffectOf<'settle'>,
  { ports, emit, signal }: EffectContext,
) {
  const left = Math.max(0, since + BURST_BOUND - ports.clock.now());
  await ports.clock.sleep(Math.min(quiet, left), signal);
  emit({ type: 'image.settled', image, generation, restless: left <= quiet });
}

async function loadConfig({ generation }: EffectOf<'loadConfig'>, { ports, emit, signal }: EffectContext) {
  try {
    emit({ type: 'config.loaded', generation, config: await ports.config.load(signal) });
  } catch (error) {
    emit({ type: 'config.failed', generation, failures: [...expected(error, 'config')] });
  }
}

async function build({ request }: EffectOf<'build'>, { ports, emit, signal }: EffectContext) {
  const { image, generation } = request;
  const startedAt = ports.clock.now();
  try {
    const { ref, skipped } = await ports.builder.build(request, emit, signal);
    emit({
      type: 'build.succeeded',
      image,
      generation,
      ref,
      skipped,
      durationMs: ports.clock.now() - startedAt,
    });
  } catch (error) {
    const [failure] = expected(error, `image/${image}`);
    if (failure) emit({ type: 'build.failed', image, generation, failure });
  }
}

async function sync({ request }: EffectOf<'sync'>, { ports, emit, signal }: EffectContext) {
  const { image, generation, targets } = request;
  const startedAt = ports.clock.now();
  try {
    const { ref } = await ports.syncer.sync(request, emit, signal);
    const durationMs = ports.clock.now() - startedAt;
    const ids = targets.map(({ id }) => id);
    emit({ type: 'sync.succeeded', image, generation, ref, targets: ids, durationMs });
  } catch (error) {
    const [failure] = expected(error, `image/${image}`);
    const lasting = failure?.code === 'SYNC_REFUSED';
    if (failure) emit({ type: 'sync.failed', image, generation, failure, lasting });
  }
}

/** ms after which a hot reloader has noticed new files, and the old program does not answer any more. */
const NOTICED = 1000;
/** ms that a program which rockpool cannot ask must have run on. */
const RUN_ON = 3000;

/** Ends with the signal while a program does not answer. */
async function proveSync(
  { image, generation, pods }: EffectOf<'proveSync'>,
  { ports, emit, signal }: EffectContext,
) {
  const containers = pods.flatMap((pod) => pod.containers.filter(({ kind }) => kind === 'app'));
  const canAsk = containers.every(({ probe }) => probe !== undefined);
  await ports.clock.sleep(canAsk ? NOTICED : RUN_ON, signal);
  const unready = pods.map((pod) => ({
    ...pod,
    containers: pod.containers.map((container) => ({ ...container, ready: false })),
  }));
  await Promise.all(unready.map((pod) => ports.prober.probe(pod, signal)));
  emit({ type: 'sync.answered', image, generation });
}

async function deploy({ request }: EffectOf<'deploy'>, { ports, emit, signal }: EffectContext) {
  const { generation } = request;
  const startedAt = ports.clock.now();
  try {
    await ports.deployer.deploy(request, emit, signal);
    emit({ type: 'deploy.succeeded', generation, durationMs: ports.clock.now() - startedAt });
  } catch (error) {
    emit({ type: 'deploy.failed', generation, failures: [...expected(error, 'manifests')] });
  }
}

async function probe({ pod }: EffectOf<'probe'>, { ports, emit, signal }: EffectContext) {
  await ports.prober.probe(pod, signal);
  const { namespace, name, uid } = pod;
  emit({ type: 'pod.answered', namespace, name, uid, instances: instancesOf(pod) });
}

async function orFailed(
  work: Promise<void>,
  emit: Emit,
  event: (failure: ReturnType<typeof toFailures>[number]) => EventBody,
): Promise<void> {
  try {
    await work;
  } catch (error) {
    for (const failure of expected(error, 'session').slice(0, 1)) emit(event(failure));
  }
}

/** The failures of an expected error; a bug is thrown on. */
function expected(error: unknown, subject: string) {
  if (error instanceof RockpoolError) return toFailures(error, subject);
  throw error;
}

/** ms after which a crash is told without its last lines. */
const WORDS_WITHIN = 1500;

async function readCrash({ target }: EffectOf<'readCrash'>, { ports, emit, signal }: EffectContext) {
  const done = new AbortController();
  const late = ports.clock.sleep(WORDS_WITHIN, AbortSignal.any([signal, done.signal])).then(
    () => emit({ type: 'crash.late', target: target.id }),
    () => {},
  );
  try {
    const lines = await ports.crashes.lastLines(target, signal);
    done.abort();
    await late;
    emit({ type: 'crash.read', target: target.id, lines: [...lines] });
  } finally {
    done.abort();
  }
}
