import type { Failure } from '../session/failure.ts';
import type { OwnDocker } from './open-cluster.ts';
import { formatFailure } from './report-error.ts';
import { systemClock } from './system-clock.ts';

export interface WithSandboxOptions {
  /** absolute, outside of any project: what it keeps from one session to the next */
  readonly dir: string;
  /** absolute: the kubeconfig file that it writes, and removes at its end */
  readonly kubeconfig: string;
}

/** What a command needs to work on it. */
export interface OpenSandbox {
  readonly kubeconfig: string;
  readonly context: string;
  readonly docker: OwnDocker;
}

/** Does work on an embedded cluster, which ends with it, and says first what such a cluster is not. */
export async function withSandbox<T>(
  options: WithSandboxOptions,
  work: (sandbox: OpenSandbox) => Promise<T>,
): Promise<T> {
  const { startSandbox } = await import('../sandbox/start-sandbox.ts');
  let tell = (failure: Failure) => console.error(formatFailure(failure, 'warning'));
  const notice = (code: string) => (message: string) => tell({ code, subject: 'sandbox', message });
  const sandbox = await startSandbox({
    ...options,
    onWarning: notice('SANDBOX_DIFFERS'),
    clock: systemClock,
    report: (error) => notice('INTERNAL')(error instanceof Error ? (error.stack ?? '') : String(error)),
  });
  const { kubeconfig, dockerSocket: socketPath } = sandbox;
  const onNotice: OwnDocker['onNotice'] = (listener) => {
    tell = listener;
  };
  console.error(WORDS);
  try {
    const docker = { address: { socketPath }, words: `the sandbox, at ${socketPath}`, onNotice };
    return await work({ kubeconfig, context: 'sandbox', docker });
  } finally {
    await sandbox.close();
  }
}

const WORDS =
  'sandbox: containers are programs of this machine, without isolation: they may do whatever you may';
