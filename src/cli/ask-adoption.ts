import type { Config } from '../config/config.ts';
import { findForeign } from '../deploy/find-foreign.ts';
import { createGitFacts } from '../deploy/git-facts.ts';
import { type ForeignObject, inWords, notOursFailures } from '../deploy/not-ours.ts';
import { type Rendered, renderManifests } from '../deploy/render.ts';
import { createDiscovery } from '../kube/discovery.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import { RockpoolError } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import { askKey } from './ask-key.ts';
import type { Cluster } from './open-cluster.ts';

export interface AskAdoptionOptions {
  readonly config: Config;
  readonly cluster: Pick<Cluster, 'namespace'> & { readonly client: Pick<KubeClient, 'request'> };
  /** --adopt: everything may be taken over, without a question */
  readonly adopt: boolean;
  /** the command that asks; default: up */
  readonly command?: 'up' | 'apply';
  /** asks whoever sits at the terminal; absent when nobody is there */
  readonly ask?: ((question: string, signal: AbortSignal) => Promise<boolean>) | undefined;
}

/**
 * Which objects that others made may be taken over. Asks once when there are some. Rejects with a RockpoolError of
 * code NOT_OURS and exit code 3 when nobody can be asked or the answer is no.
 */
export async function askAdoption(
  { config, cluster, adopt, command = 'up', ask }: AskAdoptionOptions,
  signal: AbortSignal,
): Promise<(key: ResourceKey) => boolean> {
  if (adopt) return () => true;
  const rendered = await render(config, cluster.namespace, signal);
  const { client } = cluster;
  const options = { client, discovery: createDiscovery(client), app: config.name, signal };
  const foreign = await findForeign(rendered.resources, options);
  if (foreign.length === 0) return () => false;
  const isAskable = foreign.every(({ owner }) => owner.kind === 'others');
  if (!isAskable || !ask || !(await ask(questionOf(foreign), signal))) {
    throw new RockpoolError(notOursFailures(foreign, `rockpool ${command} --adopt`), { exitCode: 3 });
  }
  const agreed = new Set(foreign.map(({ key }) => key));
  return (key) => agreed.has(key);
}

/** Asks on the terminal of this process, if people can be asked on it. */
export function terminalQuestion(): AskAdoptionOptions['ask'] {
  const { stdin, stderr, env } = process;
  if (!stdin.isTTY || !stderr.isTTY || env['CI']) return undefined;
  return async (question, signal) => {
    console.error(question);
    return (await askKey({ y: 'take over', n: 'no, end here' }, signal)) === 'y';
  };
}

/** What does not render is told by whoever applies it. */
async function render(
  config: Config,
  namespace: string,
  signal: AbortSignal,
): Promise<Pick<Rendered, 'resources'>> {
  try {
    return await renderManifests({ config, namespace, refs: {}, git: createGitFacts(config.root) }, signal);
  } catch (error) {
    if (error instanceof RockpoolError) return { resources: [] };
    throw error;
  }
}

function questionOf(foreign: readonly ForeignObject[]): string {
  return `In the cluster and made by others: ${inWords(foreign)}.\nTake over? \`rockpool down\` gives back what was there as it was.`;
}
