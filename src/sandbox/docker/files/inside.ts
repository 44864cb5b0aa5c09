import { realpath } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { SolveError } from '../build/solve-error.ts';

/**
 * The path on this machine of a path of an image, whose `/` is `root`. Rejects with a SolveError when a link leads out
 * of the image: nothing of a build is read or written outside of its own folders.
 */
export async function insideImage(root: string, path: string): Promise<string> {
  const full = join(root, join('/', path));
  const base = await realpath(root);
  for (let at = full; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real === undefined && at !== root) continue;
    if (real === undefined || relative(base, real).split('/')[0] === '..') {
      throw new SolveError(`${path} leads out of the image by a link, which the sandbox does not follow`);
    }
    return full;
  }
}
