import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

/**
 * Programs of these names, by shell scripts, on a PATH that has nothing else but `cat` and `sleep`: machines have the real
 * ones in their folders. What each was called with stands in the answer's file.
 */
export async function standInTools(scripts: Readonly<Record<string, string>>): Promise<{ calls: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'rockpool-tools-'));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });
  const calls = join(folder, 'calls');
  await mkdir(join(folder, 'bin'));
  for (const [name, script] of Object.entries(scripts)) {
    const file = join(folder, 'bin', name);
    await writeFile(file, `#!/bin/sh\necho "${name} $*" >> '${calls}'\n${script}\n`);
    await chmod(file, 0o755);
  }
  for (const name of ['cat', 'sleep']) await symlink(`/bin/${name}`, join(folder, 'bin', name));
  vi.stubEnv('PATH', join(folder, 'bin'));
  return { calls };
}
