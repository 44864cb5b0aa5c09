import { setTimeout as sleep } from 'node:timers/promises';
import type { Probe } from '../objects.ts';
import { type Probed, portOf, probeOnce } from './probe-action.ts';
import type { ProbeResult } from './probe-result.ts';
import { tcpProbe } from './tcp-probe.ts';

/** Who hears of a probe. */
export interface ProbeEars {
  /** Each answer that was no success. */
  onBad(result: Exclude<ProbeResult, { is: 'success' }>): void;
  /** As soon as the thresholds are met, and each time that the verdict changes. */
  onVerdict(isGood: boolean): void;
}

/** ms that a program gets to open its port before it is asked for the first time */
const OPENING = 1000;
/** ms between looks at it */
const LOOK = 30;

/**
 * Asks again and again until the signal fires. What is asked for a port is first asked when the port is open, or after a
 * second: the kubelet is late by about that, and a program that was asked at once would have to wait for a whole period.
 */
export async function runProbe(
  probe: Probe,
  probed: Probed,
  ears: ProbeEars,
  signal: AbortSignal,
): Promise<void> {
  const { initialDelaySeconds = 0, periodSeconds = 10, timeoutSeconds = 1 } = probe;
  const judge = createJudge(probe);
  try {
    await sleep(initialDelaySeconds * 1000, undefined, { signal, ref: false });
    if (initialDelaySeconds === 0) await untilOpen(probe, probed, signal);
    for (;;) {
      const result = await probeOnce(probe, probed, timeoutSeconds * 1000, signal);
      if (signal.aborted) return;
      if (result.is !== 'success') ears.onBad(result);
      const verdict = judge(result);
      if (verdict !== undefined) ears.onVerdict(verdict);
      await sleep(periodSeconds * 1000, undefined, { signal, ref: false });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** @returns a function that tells the verdict when a row of answers is as long as the thresholds have it */
function createJudge({ successThreshold = 1, failureThreshold = 3 }: Probe) {
  let row = { is: '', length: 0 };
  return ({ is }: ProbeResult): boolean | undefined => {
    if (is === 'unknown') return undefined;
    row = { is, length: row.is === is ? row.length + 1 : 1 };
    const enough = is === 'success' ? successThreshold : failureThreshold;
    return row.length === enough ? is === 'success' : undefined;
  };
}

async function untilOpen(
  { httpGet, tcpSocket }: Probe,
  { container, address }: Probed,
  signal: AbortSignal,
): Promise<void> {
  const target = httpGet ?? tcpSocket;
  const port = target && portOf(target.port, container);
  if (port === undefined) return;
  const end = Date.now() + OPENING;
  while (Date.now() < end) {
    const { is } = await tcpProbe({ host: target?.host ?? address, port }, OPENING);
    if (is === 'success') return;
    await sleep(LOOK, undefined, { signal, ref: false });
  }
}
