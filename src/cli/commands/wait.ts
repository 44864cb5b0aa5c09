import { statusText } from '../../control/status-text.ts';
import { type Failure, RockpoolError } from '../../session/failure.ts';
import { askSession } from '../ask-session.ts';
import { parseTimeout } from '../parse-timeout.ts';
import type { OutputOptions } from './status.ts';

export interface WaitOptions extends OutputOptions {
  readonly for: 'current';
  readonly timeout: string;
  readonly startTimeout: string;
}

/**
 * `rockpool wait`: 0 when everything that was saved before is live, 1 with the failures as soon as the newest save has
 * failed, 1 with what is waited for when the time is up.
 */
export function wait(name: string | undefined, options: WaitOptions): Promise<number> {
  const timeoutMs = parseTimeout(options.timeout);
  const startTimeoutMs = parseTimeout(options.startTimeout, '--start-timeout');
  return askSession({ ...options, startTimeoutMs }, async (client, signal) => {
    const params = { for: options.for, timeoutMs, ...(name === undefined ? {} : { name }) };
    const result = await client.call('wait', params, signal);
    const { outcome, waitingFor, status } = result;
    const late = outcome === 'timeout' ? [timedOut(options.timeout, waitingFor)] : [];
    const failures = [...late, ...result.failures];
    if (options.output === 'json') {
      console.log(JSON.stringify({ ...result, failures }, undefined, 2));
    } else if (outcome === 'current') console.log(statusText(status));
    if (failures.length > 0) throw new RockpoolError(failures);
    return 0;
  });
}

function timedOut(timeout: string, waitingFor: readonly string[]): Failure {
  const output = waitingFor.map((what) => `waiting for ${what}`).join('\n');
  return {
    code: 'WAIT_TIMEOUT',
    subject: 'wait',
    message: `Not everything that was saved is live after ${timeout}.`,
    output,
    hint: '`rockpool status` tells how far it is by now; `--timeout` gives it longer.',
  };
}
