import { loadConfig } from '../../../src/config/load-config.ts';
import { createKubeDeployer, type KubeDeployerOptions } from '../../../src/deploy/kube-deployer.ts';
import type { EventBody } from '../../../src/session/events.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import type { DeployRequest } from '../../../src/session/ports.ts';
import { makeProject } from '../../unit/config/make-project.ts';
import { type Answer, type Asked, startScriptedApiserver } from './scripted-apiserver.ts';

const facts = { short: async () => '', branch: async () => '', dirty: async () => false };
const git = () => facts;

/** A project `shop` on disk, a server, and a deployer of the one to the other, which lives as long as a session. */
export async function deployTo(
  files: Record<string, string>,
  script?: (asked: Asked) => Answer | Promise<Answer> | undefined,
  options: Partial<KubeDeployerOptions> = {},
) {
  const root = await makeProject({
    'rockpool.yaml': 'version: 1\nname: shop\nimages: [{ name: shop/web }]\nmanifests: [k8s]\n',
    Dockerfile: 'FROM x\n',
    ...files,
  });
  const config = await loadConfig({ cwd: root, env: {}, git }, new AbortController().signal);
  const server = await startScriptedApiserver(script);
  const { client } = server;
  const deployer = createKubeDeployer({ client, config: () => config, namespace: 'dev', git, ...options });
  const deploy = async (request: Partial<DeployRequest> = {}, signal = new AbortController().signal) => {
    const events: EventBody[] = [];
    const whole = { generation: 7, refs: { 'shop/web': 'shop/web:rp-1' }, applied: {}, ...request };
    const error: unknown = await deployer
      .deploy(whole, (event) => events.push(event), signal)
      .catch((thrown) => thrown);
    if (error !== undefined && !(error instanceof RockpoolError)) throw error;
    return { events, failures: error instanceof RockpoolError ? error.failures : [] };
  };
  return { ...server, root, deploy };
}
