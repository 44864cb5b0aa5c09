import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RockpoolError } from '../session/failure.ts';
import type { ClusterContext } from './cluster-context.ts';

export interface GuardMinikubeOptions {
  /** what rockpool.yaml lists: those contexts are allowed whatever they are */
  readonly contexts: readonly string[];
  /** PEM of the certificate authority that the kubeconfig has for the cluster; absent when it has none */
  readonly ca: Uint8Array | undefined;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** the user's home folder */
  readonly home: string;
}

/**
 * Resolves when a context that passes for minikube's by its name or mark is of this machine's minikube: its certificate
 * authority is the one that minikube made for all its profiles. A context of that name on a private address may be
 * somebody else's cluster, behind a VPN. Where minikube has made none here, there is nothing to compare with.
 * Rejects with a RockpoolError of code CONTEXT_REFUSED and exit code 3.
 */
export async function guardMinikube(context: ClusterContext, options: GuardMinikubeOptions): Promise<void> {
  const passesForMinikube = context.minikube === true || context.name === 'minikube';
  if (!passesForMinikube || options.contexts.includes(context.name)) return;
  const file = join(minikubeFolder(options), 'ca.crt');
  const [own] = certificatesOf(await readFile(file, 'utf8').catch(() => ''));
  if (own === undefined) return;
  const theirs = certificatesOf(Buffer.from(options.ca ?? []).toString('utf8'));
  if (theirs.includes(own)) return;
  throw new RockpoolError(
    {
      code: 'CONTEXT_REFUSED',
      subject: `context/${context.name}`,
      message: `The context ${context.name} (${context.server.replace(/\/\/[^/]*@/, '//')}) is not a cluster of this machine's minikube: its certificate authority is not ${file}. Nothing was changed in it.`,
      hint: `If it is meant, add to rockpool.yaml: contexts: [${[...options.contexts, context.name].join(', ')}]. If minikube keeps its files elsewhere, set MINIKUBE_HOME.`,
    },
    { exitCode: 3 },
  );
}

/** As minikube finds it (pkg/minikube/localpath). */
function minikubeFolder({ env, home }: GuardMinikubeOptions): string {
  const chosen = env['MINIKUBE_HOME'];
  if (!chosen) return join(home, '.minikube');
  return basename(chosen) === '.minikube' ? chosen : join(chosen, '.minikube');
}

/** The certificates of a PEM text, each as its Base64 without white space. */
function certificatesOf(pem: string): readonly string[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g);
  return [...blocks].map(([, base64 = '']) => base64.replace(/\s+/g, ''));
}
