import type { DockerAddress } from '../build/docker-daemon.ts';
import { parseImageName } from '../build/image-name.ts';
import type { ImageDelivery } from './image-delivery.ts';
import { runTool } from './run-tool.ts';
import { createToolDelivery } from './tool-delivery.ts';

export interface MinikubeImageLoadOptions {
  readonly profile: string;
  /** of the profile, when it is known */
  readonly nodes?: number | undefined;
  /** the daemon that images are built into */
  readonly endpoint: DockerAddress;
  /** the environment that minikube is run in */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `minikube image ls` asks every node through ssh. In ms. */
const LIST_TIMEOUT = 60_000;

/**
 * Images through `minikube image load`, onto all nodes of a profile, whatever its runtime. Each is handed over as a file:
 * given a name, minikube looks on Docker Hub too, and keeps every image it ever loaded in its own cache. What it could
 * not load it only warns of, and exits 0 (DoLoadImages in pkg/minikube/machine/cache_images.go): the nodes are asked
 * afterwards.
 */
export function createMinikubeImageLoad({
  profile,
  nodes,
  endpoint,
  env,
}: MinikubeImageLoadOptions): ImageDelivery {
  const isListed = async (ref: string, signal: AbortSignal) => {
    const args = ['image', 'ls', '--format', 'json', '-p', profile];
    const { exitCode, stdout } = await runTool({
      program: 'minikube',
      args,
      env,
      signal,
      timeout: LIST_TIMEOUT,
    });
    return exitCode === 0 ? parseImageList(stdout)?.has(fullName(ref)) : undefined;
  };
  return createToolDelivery({
    way: 'minikube image load',
    program: 'minikube',
    args: (image) => ['image', 'load', image, '-p', profile],
    saveFrom: endpoint,
    env,
    failed: async (_answer, ref, signal) => (await isListed(ref, signal)) === false,
    has: async (ref, signal) => {
      const listed = await isListed(ref, signal);
      // the list is of all nodes together: what one of several has, another may lack
      return listed && nodes !== 1 ? undefined : listed;
    },
  });
}

/** The tags in the output of `minikube image ls --format json`, or undefined when it is something else. Pure. */
export function parseImageList(stdout: string): ReadonlySet<string> | undefined {
  try {
    const parsed: unknown = JSON.parse(stdout);
    if (!Array.isArray(parsed)) return undefined;
    return new Set(parsed.flatMap(tagsOf));
  } catch {
    return undefined;
  }
}

function tagsOf(entry: { readonly repoTags?: unknown } | null): string[] {
  const tags = entry?.repoTags;
  return Array.isArray(tags) ? tags.flatMap((tag) => (typeof tag === 'string' ? [fullName(tag)] : [])) : [];
}

/** `web:1` as the runtimes list it: `docker.io/library/web:1`. */
function fullName(ref: string): string {
  const { repository, tag = 'latest' } = parseImageName(ref);
  const [first = '', ...rest] = repository.split('/');
  if (rest.length === 0) return `docker.io/library/${repository}:${tag}`;
  const isHost = /[.:]/.test(first) || first === 'localhost';
  return `${isHost ? '' : 'docker.io/'}${repository}:${tag}`;
}
