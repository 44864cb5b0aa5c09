import type { ExecEnd } from '../kube/exec-stream.ts';
import type { Failure } from '../session/failure.ts';

/** What went on when it failed. */
export interface SyncAttempt {
  readonly image: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  /** what the command wrote to stderr and stdout */
  readonly output: string;
}

/** Why files could not be written into a container; undefined: they were. SYNC_REFUSED would come again with the next save. Pure. */
export function explainWrite(end: ExecEnd, attempt: SyncAttempt): Failure | undefined {
  const { image, pod, container, output, command } = attempt;
  const place = `container ${container} of pod ${pod}`;
  const about = { subject: `image/${image}`, ...(output === '' ? {} : { output }) };
  if ('lost' in end) {
    const message = `Files could not be synced into the ${place}: ${end.lost}.`;
    return { code: 'SYNC_FAILED', ...about, message, hint: BUILT };
  }
  if ('refused' in end) {
    const isMissing = /executable file not found|no such file or directory/.test(end.refused.message);
    const program = command[0] ?? '';
    if (!isMissing) {
      const message = `Files could not be synced into the ${place}: ${end.refused.message.trim()}`;
      return { code: 'SYNC_FAILED', ...about, message, hint: BUILT };
    }
    const message = `Files cannot be synced into the ${place}: there is no ${program} in it.`;
    const hint = `Use a base image with ${program} for the stage that is built here. Until then each save is built.`;
    return { code: 'SYNC_REFUSED', ...about, message, hint };
  }
  if (end.exitCode === 0) return undefined;
  const isForbidden = /read-only file system|permission denied|operation not permitted/i.test(output);
  if (!isForbidden) {
    const message = `Files could not be synced into the ${place}: tar ended with exit code ${end.exitCode}.`;
    return { code: 'SYNC_FAILED', ...about, message, hint: BUILT };
  }
  const message = `Files cannot be synced into the ${place}: its user may not write there.`;
  const hint =
    'Let the Dockerfile give the folder to that user (COPY --chown), and the manifest leave it writable (readOnlyRootFilesystem). Until then each save is built.';
  return { code: 'SYNC_REFUSED', ...about, message, hint };
}

const BUILT = 'The image is built instead.';

/** Why the command of a sync rule failed; undefined: it did not. Pure. */
export function explainRun(end: ExecEnd, attempt: SyncAttempt): Failure | undefined {
  const { image, pod, container, command, output } = attempt;
  if ('exitCode' in end && end.exitCode === 0) return undefined;
  const how =
    'exitCode' in end
      ? `ended with exit code ${end.exitCode}`
      : `could not be run: ${'lost' in end ? end.lost : end.refused.message.trim()}`;
  return {
    code: 'SYNC_COMMAND_FAILED',
    subject: `image/${image}`,
    message: `\`${command.join(' ')}\`, to be run after the sync, ${how} in container ${container} of pod ${pod}.`,
    hint: BUILT,
    ...(output === '' ? {} : { output }),
  };
}
