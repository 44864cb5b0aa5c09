import { setTimeout as sleep } from 'node:timers/promises';
import type { Container } from '../objects.ts';
import { type Probed, probeOnce } from '../probes/probe-action.ts';

type Lifecycle = NonNullable<Container['lifecycle']>;

/** Runs a postStart or preStop hook. @returns why it failed, if it did */
export async function runHook(
  hook: Lifecycle['preStop'],
  probed: Probed,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (hook?.sleep) {
    await sleep(Math.min(hook.sleep.seconds * 1000, timeoutMs), undefined, { signal }).catch(() => {});
    return undefined;
  }
  if (!hook?.exec && !hook?.httpGet && !hook?.tcpSocket) return undefined;
  const result = await probeOnce(hook, probed, timeoutMs, signal);
  return result.is === 'success' ? undefined : result.message;
}
