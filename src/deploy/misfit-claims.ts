import { KubeError } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { isMap, type Manifest, valueAt } from './manifest.ts';
import { claimsOf } from './volume-claims.ts';

const REQUESTED = ['spec', 'resources', 'requests', 'storage'];

/**
 * What is to be told of a StatefulSet that was made around volume claims of an earlier one: those that are not as its
 * templates would have them stay as they are. Nothing where the cluster does not show its claims.
 */
export async function misfitClaims(
  set: Manifest,
  options: Parameters<typeof claimsOf>[1],
): Promise<readonly string[]> {
  const templates = valueAt(set, ['spec', 'volumeClaimTemplates']);
  if (set.kind !== 'StatefulSet' || !Array.isArray(templates)) return [];
  try {
    const claims = await claimsOf(set, options);
    return claims.flatMap(({ claim }) => misfitInWords(set, templates, claim) ?? []);
  } catch (error) {
    if (error instanceof KubeError) return [];
    throw error;
  }
}

function misfitInWords(set: Manifest, templates: readonly unknown[], claim: KubeObject): string | undefined {
  const { name = '', namespace } = claim.metadata ?? {};
  const nameOf = (template: unknown) => `${valueAt(template, ['metadata', 'name'])}`;
  const template = templates.find((each) => name.startsWith(`${nameOf(each)}-${set.metadata.name}-`));
  const differences = template === undefined ? [] : differencesOf(template, claim);
  if (differences.length === 0) return undefined;
  const where = namespace === undefined ? '' : ` -n ${namespace}`;
  return (
    `the volume claim ${name} is an earlier one and stays as it is: ${differences.join(', ')}. ` +
    `To have it made anew, without what is on it: kubectl delete pvc ${name}${where}, and then its pod`
  );
}

/** `storage is 100Mi, not 200Mi`. Pure. */
export function differencesOf(template: unknown, claim: unknown): readonly string[] {
  const fields: readonly (readonly [string, readonly string[]])[] = [
    ['storage', REQUESTED],
    ['accessModes', ['spec', 'accessModes']],
    ['storageClassName', ['spec', 'storageClassName']],
    ['volumeMode', ['spec', 'volumeMode']],
  ];
  return fields.flatMap(([name, path]) => {
    const wanted = valueAt(template, path);
    const has = valueAt(claim, path);
    if (wanted === undefined || shown(wanted) === shown(has)) return [];
    return [`its ${name} is ${shown(has)}, not ${shown(wanted)}`];
  });
}

const shown = (value: unknown): string =>
  Array.isArray(value) || isMap(value) ? JSON.stringify(value) : String(value ?? 'not set');
