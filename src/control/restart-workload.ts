import { type RawWorkload, rolloutOf, type WorkloadKind } from '../deploy/rollout-status.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { resourcePath } from '../kube/kube-path.ts';
import { getResource } from '../kube/resources.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import type { Clock } from '../session/ports.ts';
import { resourceParts } from '../session/resource-parts.ts';

export interface RestartOptions {
  readonly client: Pick<KubeClient, 'request'>;
  readonly key: ResourceKey;
  readonly clock: Clock;
  /** ms until the new pods must be there */
  readonly timeoutMs: number;
  /** told how far it is, in words */
  tell(line: string): void;
}

/** What `kubectl rollout restart` writes (k8s.io/kubectl pkg/polymorphichelpers/objectrestarter.go). */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
/** ms between two looks */
const AGAIN = 200;

const plurals: Readonly<Record<string, string>> = {
  ...{ Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' },
};

/**
 * Rolls a workload with the manifest that it has, and resolves when its new pods are there. Rejects with a RockpoolError
 * (RESTART_IMPOSSIBLE, ROLLOUT_FAILED, WAIT_TIMEOUT), as KubeClient.request does, or with the signal's reason.
 */
export async function restartWorkload(options: RestartOptions, signal: AbortSignal): Promise<void> {
  const { client, key, clock, timeoutMs, tell } = options;
  const { kind, namespace, name } = resourceParts(key);
  const plural = plurals[kind];
  if (plural === undefined) throw new RockpoolError(impossible(key, kind));
  const type = { group: 'apps', version: 'v1', kind, plural, namespaced: true };
  const annotations = { [RESTARTED_AT]: new Date(clock.now()).toISOString() };
  await client.request({
    method: 'PATCH',
    path: resourcePath(type, { namespace, name }),
    query: { fieldManager: 'rockpool-restart' },
    contentType: 'application/strategic-merge-patch+json',
    body: { spec: { template: { metadata: { annotations } } } },
    signal,
  });
  const deadline = clock.now() + timeoutMs;
  let told = '';
  for (;;) {
    const object = await getResource<KubeObject>(client, type, { namespace, name }, signal);
    if (object === undefined) throw new RockpoolError(failed(key, 'it was deleted'));
    const { rollout, reason = rollout } = rolloutOf(kind as WorkloadKind, object as RawWorkload);
    const words = rollout === 'complete' ? 'restarted' : reason;
    if (words !== told) tell(`${name}  ${words}`);
    told = words;
    if (rollout === 'complete') return;
    if (rollout === 'failed') throw new RockpoolError(failed(key, reason));
    if (clock.now() >= deadline) throw new RockpoolError(late(key, reason));
    await clock.sleep(AGAIN, signal);
  }
}

function impossible(key: ResourceKey, kind: string): Failure {
  return {
    code: 'RESTART_IMPOSSIBLE',
    subject: key,
    message: `A ${kind} cannot be restarted: only Deployments, StatefulSets and DaemonSets make new pods for old ones.`,
    hint:
      kind === 'Pod'
        ? 'Delete it, and `rockpool trigger` applies it again.'
        : '`rockpool trigger` applies it again.',
  };
}

function failed(key: ResourceKey, reason: string): Failure {
  const hint = '`rockpool status` and `rockpool logs` say more.';
  return { code: 'ROLLOUT_FAILED', subject: key, message: `The rollout failed: ${reason}.`, hint };
}

function late(key: ResourceKey, reason: string): Failure {
  return {
    code: 'WAIT_TIMEOUT',
    subject: key,
    message: `The new pods are not all there yet: ${reason}.`,
    hint: 'The rollout goes on; `--timeout` waits longer.',
  };
}
