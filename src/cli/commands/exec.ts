import { chooseContainer } from '../../control/choose-container.ts';
import { projectPods } from '../../control/cluster-workloads.ts';
import { type ExecEnd, type ExecStreams, execInPod } from '../../kube/exec-stream.ts';
import { type Failure, RockpoolError } from '../../session/failure.ts';
import { onWorkload } from '../on-workload.ts';
import type { ProjectOptions } from '../program.ts';

export interface ExecOptions extends ProjectOptions {
  readonly container?: string;
  readonly stdin?: boolean;
  readonly tty?: boolean;
}

/** `rockpool exec`: runs a command in the newest ready pod of a workload and ends with the command's exit code. */
export function exec(name: string, command: readonly string[], options: ExecOptions): Promise<number> {
  return onWorkload(name, options, async (found, signal) => {
    const { client, namespace, key } = found;
    const { pod, container } = chooseContainer(key, await projectPods(found, signal), options.container);
    const tty = options.tty === true && process.stdin.isTTY === true;
    if (options.tty && !tty) console.error('no terminal: the command gets none either');
    const target = { namespace, pod: pod.name, container, command, tty };
    const restore = tty ? rawTerminal() : () => {};
    try {
      const end = await execInPod(client, target, streamsFor(options, tty), signal);
      return exitCodeOf(end, `${pod.name}/${container}`, command[0] ?? '');
    } finally {
      restore();
    }
  });
}

function streamsFor({ stdin }: ExecOptions, tty: boolean): ExecStreams {
  const { stdout, stderr } = process;
  return {
    ...(stdin ? { stdin: process.stdin } : {}),
    ...{ stdout, stderr },
    ...(tty
      ? {
          onSize: (callback) => {
            const tell = () => callback({ width: stdout.columns, height: stdout.rows });
            tell();
            stdout.on('resize', tell);
            return () => stdout.off('resize', tell);
          },
        }
      : {}),
  };
}

/** Keys go to the command as they are, Ctrl-C too. */
function rawTerminal(): () => void {
  process.stdin.setRawMode(true);
  return () => process.stdin.setRawMode(false);
}

/** As shells end: there is no such program, or it may not be run. */
const NOT_FOUND = 127;
const NOT_RUNNABLE = 126;

function exitCodeOf(end: ExecEnd, subject: string, program: string): number {
  if ('exitCode' in end) return end.exitCode;
  const exitCode = 'lost' in end ? 1 : notStarted(end.refused.message);
  throw new RockpoolError(failureOf(end, { subject, program, exitCode }), { exitCode });
}

/** The texts are those of runc and of Go's os/exec. */
function notStarted(message: string): number {
  if (/executable file not found|exec: "[^"]*": stat .*no such file or directory/.test(message))
    return NOT_FOUND;
  return /exec: "[^"]*": .*(permission denied|is a directory)/.test(message) ? NOT_RUNNABLE : 1;
}

function failureOf(
  end: Exclude<ExecEnd, { exitCode: number }>,
  { subject, program, exitCode }: { subject: string; program: string; exitCode: number },
): Failure {
  if ('lost' in end) {
    const message = `What became of the command is unknown: ${end.lost}.`;
    return { code: 'EXEC_LOST', subject, message, hint: 'It may still run in the container.' };
  }
  const because =
    exitCode === NOT_FOUND ? `There is no program ${program}` : `The program ${program} cannot be run`;
  if (exitCode !== 1) {
    const hint = 'Small images have few programs, some no shell.';
    return { code: 'EXEC_FAILED', subject, message: `${because} in ${subject}.`, hint };
  }
  return {
    code: 'EXEC_FAILED',
    subject,
    message: `The command could not be run in ${subject}: ${end.refused.message.trim()}`,
    hint: 'The image may not have that program: small ones have no shell.',
  };
}
