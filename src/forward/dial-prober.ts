import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import type { PodObserved, ReadinessProbe } from '../session/observed.ts';
import type { Clock, PodProber } from '../session/ports.ts';
import type { Dial } from './reach-pod.ts';
import { createRefusalTime, type RefusalTime } from './refusal-time.ts';

/** ms between two dials of a port that nobody listens on yet: at first as often as a program may begin to. */
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 1000;
const GROWTH = 1.05;
/** ms until a program that answered badly is asked again: it may write a line to its log each time. */
const AFTER_BAD_ANSWER = 500;
/** ms until a probe without an answer counts as failed. */
const ANSWER = 1000;

/** Asks readiness probes through connections to the pod, by the kubelet's rules (a status from 200 to 399 is well). */
export function createDialProber({ dial, clock }: { readonly dial: Dial; readonly clock: Clock }): PodProber {
  return {
    async probe(pod, signal) {
      signal.throwIfAborted();
      const probes = pod.containers.flatMap(({ ready, probe }) => (probe && !ready ? [probe] : []));
      await Promise.all(probes.map((probe) => untilWell(dial, clock, pod, probe, signal)));
    },
  };
}

async function untilWell(
  dial: Dial,
  clock: Clock,
  pod: PodObserved,
  probe: ReadinessProbe,
  signal: AbortSignal,
): Promise<void> {
  const target = { namespace: pod.namespace, pod: pod.name, port: probe.port };
  const refusals = createRefusalTime();
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * GROWTH)) {
    const attempt = AbortSignal.any([signal, AbortSignal.timeout(ANSWER)]);
    const answer = await ask(() => dial(target, attempt), probe, refusals).catch(() => 'none' as const);
    signal.throwIfAborted();
    if (answer === 'well') return;
    await clock.sleep(answer === 'badly' ? Math.max(AFTER_BAD_ANSWER, pause) : pause, signal);
  }
}

type Answer = 'well' | 'badly' | 'none';

async function ask(
  open: () => Promise<Duplex>,
  probe: ReadinessProbe,
  refusals: RefusalTime,
): Promise<Answer> {
  const connection = await open();
  try {
    if (probe.kind === 'tcp') return await isListenedOn(connection, refusals);
    return await answersWell(connection, probe);
  } finally {
    connection.destroy();
  }
}

function isListenedOn(connection: Duplex, refusals: RefusalTime): Promise<Answer> {
  const dialled = performance.now();
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('well'), refusals.wait());
    const end = (answer: Answer) => {
      clearTimeout(timer);
      if (answer === 'none') refusals.refused(performance.now() - dialled);
      resolve(answer);
    };
    connection
      .once('data', () => end('well'))
      .once('error', () => end('none'))
      .once('close', () => end('none'));
  });
}

function answersWell(
  connection: Duplex,
  { kind, path = '/', headers = {}, port }: ReadinessProbe,
): Promise<Answer> {
  return new Promise((resolve) => {
    connection.once('error', () => resolve('none')).once('close', () => resolve('none'));
    // The kubelet does not verify a pod's certificate either.
    const over = kind === 'https' ? connect({ socket: connection, rejectUnauthorized: false }) : connection;
    const asked = request({
      createConnection: () => over,
      path,
      headers: { host: `localhost:${port}`, 'user-agent': 'rockpool-probe', connection: 'close', ...headers },
    });
    asked.on('error', () => resolve('none'));
    asked.on('response', ({ statusCode = 0 }: IncomingMessage) =>
      resolve(statusCode >= 200 && statusCode < 400 ? 'well' : 'badly'),
    );
    asked.end();
  });
}
