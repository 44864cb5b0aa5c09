import { KubeError } from '../kube/kube-client.ts';
import { groupOf, isMap, type Manifest } from './manifest.ts';

/** Names of the admission webhooks that the project itself brings. Pure. */
export function webhooksOf(manifests: readonly Manifest[]): ReadonlySet<string> {
  const configurations = manifests.filter(
    ({ apiVersion, kind }) =>
      groupOf(apiVersion) === 'admissionregistration.k8s.io' && kind.endsWith('WebhookConfiguration'),
  );
  const names = configurations.flatMap(({ webhooks }) =>
    Array.isArray(webhooks) ? webhooks.map((webhook) => (isMap(webhook) ? webhook.name : undefined)) : [],
  );
  return new Set(names.filter((name) => typeof name === 'string'));
}

/** The admission webhook that did not answer, if an apply was refused for that. Pure. */
export function unansweredWebhook(error: unknown): string | undefined {
  if (!(error instanceof KubeError)) return undefined;
  return /failed calling webhook "(.*?)"/.exec(error.status.message)?.[1];
}
