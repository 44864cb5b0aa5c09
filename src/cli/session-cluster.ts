import { isAlive, readSessionFile } from '../control/session-file.ts';
import type { OwnDocker } from './open-cluster.ts';
import type { ProjectOptions } from './program.ts';

type ClusterOptions = Pick<ProjectOptions, 'context' | 'kubeconfig' | 'namespace'>;

/** The cluster that a command line means. */
export interface SessionCluster<T> {
  readonly options: T;
  /** of the sandbox that a session runs */
  readonly docker?: OwnDocker;
}

/**
 * The options with what the project's running session adds: its namespace, and its sandbox when it has one. What the
 * command line says comes first: with a context or a kubeconfig of its own it means another cluster.
 */
export async function withSessionCluster<T extends ClusterOptions>(
  options: T,
  root: string,
): Promise<SessionCluster<T>> {
  const session = await readSessionFile(root);
  if (!session || !(await isAlive(session))) return { options };
  const { namespace, context, sandbox } = session;
  if (!sandbox) return { options: { namespace, ...options } };
  if (options.context !== undefined || options.kubeconfig !== undefined) return { options };
  const { kubeconfig, dockerSocket: socketPath } = sandbox;
  const words = `the sandbox, at ${socketPath}`;
  return {
    options: { namespace, ...options, kubeconfig, context },
    docker: { address: { socketPath }, words, onNotice: () => undefined },
  };
}
