import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { execInPod } from '../../../src/kube/exec-stream.ts';
import type { KubeClient } from '../../../src/kube/kube-client.ts';
import { resourcePath } from '../../../src/kube/kube-path.ts';
import type { Any } from './own-kubectl.ts';
import type { Arguments } from './parse-arguments.ts';

/** `exec POD -- …` or `exec deployment/NAME -- …`. Rejects as execFile does when the command fails. */
export async function execIn(client: KubeClient, { operands, flags, command }: Arguments): Promise<string> {
  const namespace = flags['n'] ?? 'default';
  const pod = await podOf(client, namespace, operands[0] ?? '');
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said = Promise.all([text(stdout), text(stderr)]);
  const target = { namespace, pod: pod.metadata.name, container: pod.spec.containers[0].name, tty: false };
  const signal = AbortSignal.timeout(60_000);
  const end = await execInPod(client, { ...target, command }, { stdout, stderr }, signal);
  stdout.end();
  stderr.end();
  const [out, words] = await said;
  if ('exitCode' in end && end.exitCode === 0) return out;
  const why = 'refused' in end ? end.refused.message : 'lost' in end ? end.lost : words;
  throw Object.assign(new Error(`exec ${command.join(' ')}: ${why}`), {
    code: 'exitCode' in end ? end.exitCode : 1,
  });
}

/** A pod by its name, or one of a Deployment that runs. */
async function podOf(client: KubeClient, namespace: string, operand: string): Promise<Any> {
  const get = async (place: Readonly<Record<string, string>>, plural: string, group = '', query = {}) => {
    const type = { group, version: 'v1', plural, namespaced: true };
    const path = resourcePath(type, { namespace, ...place });
    return (await client.request<Any>({ method: 'GET', path, query })).body;
  };
  const [, name] = /^deployment\/(.+)$/.exec(operand) ?? [];
  if (name === undefined) return get({ name: operand.replace(/^pod\//, '') }, 'pods');
  const { matchLabels } = (await get({ name }, 'deployments', 'apps')).spec.selector;
  const labelSelector = Object.entries(matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const { items } = await get({}, 'pods', '', { labelSelector });
  const runs = ({ metadata, status }: Any) => !metadata.deletionTimestamp && status?.phase === 'Running';
  const pod = items.find(runs);
  if (!pod) throw new Error(`no pod of deployment/${name} runs`);
  return pod;
}
