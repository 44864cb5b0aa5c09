import type { Candidate } from '../../completion/complete-line.ts';
import { loadKubeConfig } from '../../kube/kubeconfig.ts';
import type { ConfigNames } from './config-names.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The contexts of the kubeconfig. Rejects as loadKubeConfig. */
export async function contextNames(
  path: string | undefined,
  env: Environment,
): Promise<readonly Candidate[]> {
  const { contexts, currentContext } = await load(path, env);
  return contexts.map(({ name, server }) => ({
    value: name,
    about: name === currentContext ? `${server} (current)` : server,
  }));
}

/** The namespaces that files name: no cluster is asked, which may be far away. */
export async function namespaceNames(
  path: string | undefined,
  env: Environment,
  config: Pick<ConfigNames, 'namespaces'>,
): Promise<readonly Candidate[]> {
  const loaded = await load(path, env).catch(() => undefined);
  const named = loaded?.contexts.map(({ namespace }) => namespace) ?? [];
  return [...new Set([...config.namespaces, ...named])].map((value) => ({ value }));
}

const load = (path: string | undefined, env: Environment) =>
  loadKubeConfig({ env, ...(path === undefined ? {} : { path }) });
