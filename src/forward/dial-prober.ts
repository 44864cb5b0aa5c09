import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import type { PodObserved, ReadinessProbe } from '../session/observed.ts';
import type { Clock, PodProber } from '../session/ports.ts';
import type { Dial } from './reach-pod.ts';

/** ms between two questions: at first as often as a program may begin to listen, later now and then. */
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 1000;
/** ms until a probe without an answer counts as failed. */
const ANSWER = 1000;
/** ms without a refusal after which a port is taken to be listened on: the dial itself does not tell. */
const NOT_REFUSED = 60;

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
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 1.3)) {
    const attempt = AbortSignal.any([signal, AbortSignal.timeout(ANSWER)]);
    const well = await ask(() => dial(target, attempt), probe).catch(() => false);
    signal.throwIfAborted();
    if (well) return;
    await clock.sleep(pause, signal);
  }
}

async function ask(open: () => Promise<Duplex>, probe: ReadinessProbe): Promise<boolean> {
  const connection = await open();
  try {
    return probe.kind === 'tcp' ? await isListenedOn(connection) : await answersWell(connection, probe);
  } finally {
    connection.destroy();
  }
}

function isListenedOn(connection: Duplex): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), NOT_REFUSED);
    const end = (well: boolean) => {
      clearTimeout(timer);
      resolve(well);
    };
    connection
      .once('data', () => end(true))
      .once('error', () => end(false))
      .once('close', () => end(false));
  });
}

function answersWell(
  connection: Duplex,
  { kind, path = '/', headers = {}, port }: ReadinessProbe,
): Promise<boolean> {
  return new Promise((resolve) => {
    connection.once('error', () => resolve(false)).once('close', () => resolve(false));
    // The kubelet does not verify a pod's certificate either.
    const over = kind === 'https' ? connect({ socket: connection, rejectUnauthorized: false }) : connection;
    const asked = request({
      createConnection: () => over,
      path,
      headers: { host: `localhost:${port}`, 'user-agent': 'rockpool-probe', connection: 'close', ...headers },
    });
    asked.on('error', () => resolve(false));
    asked.on('response', ({ statusCode = 0 }: IncomingMessage) =>
      resolve(statusCode >= 200 && statusCode < 400),
    );
    asked.end();
  });
}
