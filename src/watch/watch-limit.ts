import type { Failure } from '../session/failure.ts';

/** The failure for an error of the system that means a limit on watching files; undefined: it means none. Pure. */
export function watchLimit(error: Error): Failure | undefined {
  const code = 'code' in error ? error.code : undefined;
  const [what, setting] = LIMITS[String(code)] ?? [];
  if (what === undefined) return undefined;
  return {
    code: 'WATCH_LIMIT',
    subject: 'sources',
    message: `The system has no ${what} left (${code}), so changes of the sources would be missed.`,
    hint: 'Raise the limit, or leave folders out that no image needs (.dockerignore).',
    command: `sudo sysctl ${setting}`,
  };
}

const LIMITS: Readonly<Record<string, readonly [what: string, setting: string]>> = {
  ENOSPC: ['inotify watches', 'fs.inotify.max_user_watches=524288'],
  EMFILE: ['inotify instances or open files', 'fs.inotify.max_user_instances=1024'],
  ENFILE: ['open files', 'fs.file-max=1048576'],
};
