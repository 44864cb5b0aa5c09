import type { DockerDaemon } from '../build/docker-daemon.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import { fullName, type MinikubeImages, readMinikubeImages } from './minikube-images.ts';
import { runTool, type ToolRun } from './run-tool.ts';

/** The images on the nodes of a minikube profile, through minikube. */
export interface MinikubeImageStore {
  /** As of a DockerDaemon; where minikube tells no ID, the full name stands for it. */
  readonly imageId: DockerDaemon['imageId'];
  readonly remove: DockerDaemon['untag'];
  /** The next question is put to the nodes. */
  forget(): void;
  close(): void;
}

/** ms for which a list holds: a build asks for several images at once, and each list takes half a second or more. */
const FRESH = 1_000;
/** ms for taking an image away */
const REMOVE_TIMEOUT = 60_000;

export function createMinikubeImageStore({
  profile,
  env,
}: {
  readonly profile: string;
  readonly env: ToolRun['env'];
}): MinikubeImageStore {
  const closing = new AbortController();
  let list: Promise<MinikubeImages> | undefined;
  let until = 0;
  const forget = () => {
    list = undefined;
  };
  // Several wait for one list: the abort of one of them does not end it.
  const read = async (signal: AbortSignal): Promise<ReadonlyMap<string, string>> => {
    signal.throwIfAborted();
    if (!list || performance.now() > until) {
      until = Number.POSITIVE_INFINITY;
      const reading = readMinikubeImages(profile, env, closing.signal).finally(() => {
        if (list === reading) until = performance.now() + FRESH;
      });
      list = reading;
    }
    const { images, answer } = await orAborted(list, signal).catch(asPassing);
    if (images) return images;
    forget();
    throw new RockpoolError(unreachable(profile, answer));
  };
  return {
    async imageId(ref, signal) {
      // a digest says by itself what the image is
      const id = ref.includes('@') ? undefined : (await read(signal)).get(fullName(ref));
      return id === '' ? fullName(ref) : id;
    },
    async remove(ref, signal) {
      forget();
      if (!(await read(signal)).has(fullName(ref))) return 'missing';
      const args = ['image', 'rm', fullName(ref), '-p', profile];
      const { exitCode } = await runTool({ program: 'minikube', args, env, signal, timeout: REMOVE_TIMEOUT });
      forget();
      return exitCode === 0 ? 'deleted' : 'kept';
    },
    forget,
    close: () => closing.abort(),
  };
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', abort));
}

/** A minikube that hangs may answer the next time. */
function asPassing(error: unknown): never {
  const [failure] = error instanceof RockpoolError ? error.failures : [];
  if (failure?.code !== 'TOOL_TIMEOUT') throw error;
  throw new RockpoolError({ ...failure, code: 'DOCKER_UNREACHABLE', subject: 'docker' }, { cause: error });
}

function unreachable(profile: string, { exitCode, stdout, stderr }: MinikubeImages['answer']): Failure {
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-20).join('\n');
  return {
    code: 'DOCKER_UNREACHABLE',
    subject: 'docker',
    message: `minikube does not say which images the profile ${profile} has: minikube image ls ended with ${exitCode ?? 'a signal'}.`,
    hint: 'See whether it runs; minikube start brings a stopped one back.',
    command: `minikube status -p ${profile}`,
    ...(said === '' || exitCode === 0 ? {} : { output: said }),
  };
}
