import { RockpoolError } from '../session/failure.ts';
import type { ClusterContext } from './cluster-context.ts';
import { isLocalCluster } from './is-local-cluster.ts';

/**
 * Returns when a session may touch the context: `contexts` of rockpool.yaml lists it, whatever its server, or it is
 * local. Call it before the first request to the cluster.
 * @throws RockpoolError of code CONTEXT_REFUSED and exit code 3, saying what to add to rockpool.yaml.
 */
export function guardContext(context: ClusterContext, contexts: readonly string[] = []): void {
  if (contexts.includes(context.name) || isLocalCluster(context)) return;
  const listed = [...contexts, context.name].map(yamlScalar).join(', ');
  throw new RockpoolError(
    {
      code: 'CONTEXT_REFUSED',
      subject: `context/${context.name}`,
      message: `The context ${context.name} (${shown(context.server)}) ${why(context)}, and rockpool.yaml does not list it. Nothing was changed in it.`,
      hint: `To allow it, add to rockpool.yaml: contexts: [${listed}]. To use another context: --context NAME.`,
    },
    { exitCode: 3 },
  );
}

function why(context: ClusterContext): string {
  if (context.proxyUrl) return 'is reached through a proxy';
  const near = isLocalCluster({ ...context, minikube: true });
  return near ? 'is not named as a local cluster' : 'does not look like a cluster on this machine';
}

/** The server without user info, which may hold a password. */
function shown(server: string): string {
  return server.replace(/\/\/[^/]*@/, '//');
}

function yamlScalar(name: string): string {
  return /^[A-Za-z_][\w.@/-]*$/.test(name) && !YAML_WORDS.test(name) ? name : JSON.stringify(name);
}

/** what YAML reads as something else than a string */
const YAML_WORDS = /^(true|false|null|yes|no|on|off|y|n)$/i;
