import type { KubeStatus } from '../kube/kube-client.ts';
import type { Failure } from '../session/failure.ts';
import { resolveFieldPath } from './field-path.ts';
import { describeResource } from './manifest.ts';
import type { RenderedResource } from './render.ts';

/** Managers of people and their tools, as against controllers of the cluster. */
const TOOLS =
  /^(kubectl|helm|skaffold|tilt|before-first-apply|kustomize|pulumi|terraform|devspace|garden|argocd)/i;

/** Another manager set fields to other values, and nothing is taken from it unasked: who, and which. */
export async function conflictFailure(
  causes: KubeStatus['causes'],
  { key, manifest, locate }: Pick<RenderedResource, 'key' | 'manifest' | 'locate'>,
): Promise<Failure> {
  const fields = causes.map((cause) => (cause.field ?? '').replace(/^\./, ''));
  const managers = [
    ...new Set(causes.map((cause) => /"([^"]+)"/.exec(cause.message ?? '')?.[1] ?? 'another manager')),
  ];
  const isTool = managers.some((manager) => TOOLS.test(manager));
  const { name, namespace } = manifest.metadata;
  const command = `kubectl delete ${manifest.kind.toLowerCase()} ${name}${namespace === undefined ? '' : ` -n ${namespace}`}`;
  return {
    code: 'APPLY_CONFLICT',
    subject: key,
    message: `${managers.join(' and ')} set ${list(fields)} of ${describeResource(manifest)} to other values`,
    ...advice(fields, isTool, command),
    at: await locate(resolveFieldPath(manifest, fields[0] ?? '')),
  };
}

function advice(
  fields: readonly string[],
  isTool: boolean,
  command: string,
): Pick<Failure, 'hint' | 'command'> {
  if (isTool && fields.every((field) => field === 'spec.replicas')) {
    return { hint: 'it was scaled by hand: scale it back, or leave replicas out of the manifest' };
  }
  if (!isTool)
    return { hint: 'a controller of the cluster owns these fields: leave them out of the manifest' };
  const hint =
    'another tool made or changed it: delete it once, and rockpool makes it anew; or make the fields equal';
  return { hint, command };
}

function list(fields: readonly string[]): string {
  const shown = fields.slice(0, 5).join(', ');
  return fields.length > 5 ? `${shown} and ${fields.length - 5} more fields` : shown;
}
