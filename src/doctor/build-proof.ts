import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { DockerDaemon } from '../build/docker-daemon.ts';
import { RockpoolError } from '../session/failure.ts';

/** It needs no base image, so nothing is pulled; there is no program in it, so nothing runs. */
const DOCKERFILE = 'FROM scratch\nCOPY proof /proof\nCMD ["/proof"]\n';

/** Builds an image of a few bytes. Rejects with a RockpoolError: BUILD_FAILED, DOCKER_UNREACHABLE. */
export async function buildProof(
  daemon: DockerDaemon,
  ref: string,
  content: string,
  signal: AbortSignal,
): Promise<void> {
  const archive = pack();
  archive.entry({ name: 'Dockerfile' }, DOCKERFILE);
  archive.entry({ name: 'proof' }, content);
  archive.finalize();
  const labels = { 'rockpool.dev/doctor': 'proof' };
  const build = { ref, dockerfile: 'Dockerfile', args: {}, labels, pulls: false };
  for await (const message of daemon.build(Readable.from(archive), build, signal)) {
    if ('error' in message) throw new RockpoolError(failed(message.error));
  }
}

function failed(error: string) {
  return {
    code: 'BUILD_FAILED',
    subject: 'doctor',
    message: `An image of a few bytes could not be built: ${error}`,
    hint: 'The disk that it is built on may be full: of a Docker Engine, docker system df shows what takes the room.',
  };
}
