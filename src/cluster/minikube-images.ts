import { parseImageName } from '../build/image-name.ts';
import { runTool, type ToolAnswer, type ToolRun } from './run-tool.ts';

export interface MinikubeImages {
  /** IDs by full name; an ID may be empty. undefined: minikube did not say */
  readonly images: ReadonlyMap<string, string> | undefined;
  readonly answer: ToolAnswer;
}

/** `minikube image ls` asks every node through ssh. In ms. */
const LIST_TIMEOUT = 60_000;

/** The images on the nodes of a profile, all nodes together. Rejects as `runTool` does. */
export async function readMinikubeImages(
  profile: string,
  env: ToolRun['env'],
  signal: AbortSignal,
): Promise<MinikubeImages> {
  const args = ['image', 'ls', '--format', 'json', '-p', profile];
  const answer = await runTool({ program: 'minikube', args, env, signal, timeout: LIST_TIMEOUT });
  return { images: answer.exitCode === 0 ? parseImageList(answer.stdout) : undefined, answer };
}

/** The IDs by tag in the output of `minikube image ls --format json`, or undefined when it is something else. Pure. */
export function parseImageList(stdout: string): ReadonlyMap<string, string> | undefined {
  try {
    const parsed: unknown = JSON.parse(stdout);
    if (!Array.isArray(parsed)) return undefined;
    return new Map(parsed.flatMap(tagsOf));
  } catch {
    return undefined;
  }
}

function tagsOf(entry: { readonly id?: unknown; readonly repoTags?: unknown } | null): [string, string][] {
  const id = typeof entry?.id === 'string' ? entry.id : '';
  const tags = Array.isArray(entry?.repoTags) ? entry.repoTags : [];
  return tags.flatMap((tag): [string, string][] => (typeof tag === 'string' ? [[fullName(tag), id]] : []));
}

/** `web:1` as the runtimes list it: `docker.io/library/web:1`. */
export function fullName(ref: string): string {
  const { repository, tag = 'latest' } = parseImageName(ref);
  const [first = '', ...rest] = repository.split('/');
  if (rest.length === 0) return `docker.io/library/${repository}:${tag}`;
  const isHost = /[.:]/.test(first) || first === 'localhost';
  return `${isHost ? '' : 'docker.io/'}${repository}:${tag}`;
}
