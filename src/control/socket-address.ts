import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RockpoolError } from '../session/failure.ts';

/** Bytes of a socket's path: sun_path has 104 on macOS (108 on Linux), the last of them a zero. */
const LONGEST = 103;

/**
 * Where the session of a project listens: `rockpool/<hash>.sock` in the runtime directory, else in a folder of the
 * user's own in the temporary directory. Always the same for the same project. Pure but for the user's id.
 * @param root the project, absolute
 */
export function socketAddress(root: string, env: Readonly<Record<string, string | undefined>>): string {
  const name = `${createHash('sha256').update(root).digest('hex').slice(0, 16)}.sock`;
  const runtime = env['XDG_RUNTIME_DIR'];
  const own = `rockpool-${userId()}`;
  const places = [
    ...(runtime?.startsWith('/') ? [join(runtime, 'rockpool')] : []),
    join(env['TMPDIR'] ?? tmpdir(), own),
    join('/tmp', own),
  ];
  const fits = places.map((place) => join(place, name)).find((path) => Buffer.byteLength(path) <= LONGEST);
  return fits ?? join('/tmp', own, name);
}

/** Some containers run as a user that has no name, so that os.userInfo() throws. */
function userId(): number {
  return process.getuid?.() ?? 0;
}

/** Makes the folder of a socket, for its owner only. Rejects with CONTROL_UNAVAILABLE when it is somebody else's. */
export async function prepareSocketFolder(address: string): Promise<void> {
  const folder = dirname(address);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = await lstat(folder);
    if (uid !== userId()) throw new Error(`${folder} belongs to another user`);
    if ((mode & 0o077) !== 0) throw new Error(`${folder} is open to other users: chmod 700 ${folder}`);
  } catch (error) {
    throw unavailable(error);
  }
}

/** Why there is no socket to be had. */
export function unavailable(error: unknown): RockpoolError {
  const why = error instanceof Error ? error.message : String(error);
  return new RockpoolError(
    {
      code: 'CONTROL_UNAVAILABLE',
      subject: 'session',
      message: `Other terminals cannot ask this session: ${why}.`,
      hint: 'The session goes on without: `rockpool status`, `wait` and the like will not find it.',
    },
    { cause: error },
  );
}
