/**
 * A sandbox in a process of its own: `node test/sandbox/run-sandbox.ts FOLDER`. Prints its kubeconfig's path when it is
 * ready, and ends with its input, and the folder with it: whoever started it cannot leave it behind.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/cli/system-clock.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';

const [folder = ''] = process.argv.slice(2);
const sandbox = await startSandbox({
  dir: join(folder, 'sandbox'),
  kubeconfig: join(folder, 'kubeconfig'),
  clock: systemClock,
  onWarning: () => undefined,
  report: (error) => console.error('sandbox:', error),
});
console.log(sandbox.kubeconfig);

process.stdin.resume().once('end', async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
  process.exit(0);
});
