import { seconds } from '../../api/objects/prepare.ts';
import type { InstanceLog } from '../logs/instance-log.ts';
import type { Container, ContainerStatus } from '../objects.ts';

export type State = NonNullable<ContainerStatus['state']>;
export type Terminated = NonNullable<State['terminated']>;

export interface EndedInstance {
  readonly containerID: string;
  readonly exitCode: number;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** other than what the exit code tells */
  readonly reason?: string;
  readonly message?: string;
}

/** A container that ended, as its status tells it. Pure. */
export function terminatedState(end: EndedInstance): Terminated {
  const { containerID, exitCode, startedAt, finishedAt, message } = end;
  return {
    ...{ containerID, exitCode, reason: end.reason ?? (exitCode === 0 ? 'Completed' : 'Error') },
    ...(message ? { message } : {}),
    ...{ startedAt: seconds(startedAt), finishedAt: seconds(finishedAt) },
  };
}

/** Lines and bytes of a log that stand for the message that a container left (pkg/kubelet/kuberuntime). */
const LINES = 80;
const BYTES = 2048;

/** Its last lines, where the manifest has it and the container failed. Pure. */
export function lastWords(
  { terminationMessagePolicy }: Container,
  exitCode: number,
  log: InstanceLog,
): string | undefined {
  if (terminationMessagePolicy !== 'FallbackToLogsOnError' || exitCode === 0) return undefined;
  const { from, to } = log.range();
  const numbers = Array.from(
    { length: Math.min(LINES, to - from) },
    (_, index) => to - 1 - index,
  ).toReversed();
  const text = numbers.map((number) => `${log.line(number)?.text ?? ''}\n`).join('');
  return text === '' ? undefined : text.slice(-BYTES);
}
