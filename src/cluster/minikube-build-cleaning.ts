import { runTool, type ToolRun } from './run-tool.ts';

/** ms for a node; it holds up the end of a build that was cancelled */
const TIMEOUT = 5_000;

/**
 * Ends what a build that failed or was cancelled left running in the nodes, and removes the context that minikube brought
 * there (`buildRoot` in pkg/minikube/machine/build_images.go), which it does only after a build that went well. Never
 * rejects: where it cannot be done, nothing depends on it but room on the node's disk.
 * @param name of the archive, without its ending; nothing else is touched
 */
export async function cleanMinikubeBuild(
  { profile, nodes = 1, env }: { profile: string; nodes?: number | undefined; env: ToolRun['env'] },
  name: string,
): Promise<void> {
  // matches the name and not this very command
  const pattern = name.replace(/.$/, '[$&]');
  const command = `sudo pkill -f ${pattern}; sudo rm -rf /var/lib/minikube/build/${pattern}*`;
  const signal = new AbortController().signal;
  const clean = (node: readonly string[]) =>
    runTool({
      program: 'minikube',
      args: ['ssh', '-p', profile, ...node, '--', command],
      env,
      signal,
      timeout: TIMEOUT,
    });
  const further = Array.from({ length: nodes - 1 }, (_, index) => [
    '-n',
    `m${String(index + 2).padStart(2, '0')}`,
  ]);
  await Promise.allSettled([[], ...further].map(clean));
}
