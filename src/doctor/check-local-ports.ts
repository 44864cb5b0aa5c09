import { checkPorts } from '../forward/check-ports.ts';
import type { ForwardSpec } from '../session/events.ts';
import { type Finding, fail, ok } from './finding.ts';

/** Whether the local ports of the forwards can be had. A session that runs now has them, and is named as their owner. */
export async function checkLocalPorts(forwards: readonly ForwardSpec[]): Promise<Finding> {
  const [first, ...more] = await checkPorts(forwards);
  if (!first) {
    const fixed = forwards.flatMap(({ local }) => (local === 'auto' ? [] : [local])).join(', ');
    return ok('ports', fixed === '' ? 'no forward wants a certain port' : `free: ${fixed}`);
  }
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return fail('ports', `${first.message}${others}`, first.hint === undefined ? {} : { hint: first.hint });
}
