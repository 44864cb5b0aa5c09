import { restartWorkload } from '../../control/restart-workload.ts';
import { onWorkload } from '../on-workload.ts';
import { parseTimeout } from '../parse-timeout.ts';
import type { ProjectOptions } from '../program.ts';
import { systemClock } from '../system-clock.ts';

export interface RestartOptions extends ProjectOptions {
  readonly timeout: string;
}

/** `rockpool restart`: new pods of the same manifest, one after the other; 0 when all of them are there. */
export function restart(name: string, options: RestartOptions): Promise<number> {
  const timeoutMs = parseTimeout(options.timeout);
  return onWorkload(name, options, async ({ client, key }, signal) => {
    const tell = (line: string) => console.error(line);
    await restartWorkload({ client, key, clock: systemClock, timeoutMs, tell }, signal);
    return 0;
  });
}
