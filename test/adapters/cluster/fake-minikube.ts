import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Puts a program `minikube` into a folder and returns an environment whose PATH finds it first. It runs the given
 * shell lines for `docker-env` and prints `profiles` for `profile list`; what it was started with is appended to
 * `calls` in the folder.
 */
export async function fakeMinikube(
  folder: string,
  dockerEnv: string,
  profiles = '{"invalid":[],"valid":[]}',
) {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const calls = join(folder, 'calls');
  const program = `#!/bin/sh
echo "$*" >> '${calls}'
case "$1" in
docker-env)
${dockerEnv}
;;
profile) printf '%s' '${profiles}' ;;
esac
`;
  await writeFile(join(bin, 'minikube'), program);
  await chmod(join(bin, 'minikube'), 0o755);
  return { env: { PATH: `${bin}:${process.env.PATH}` }, calls, bin };
}
