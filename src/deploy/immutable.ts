import { KubeError, type KubeStatus } from '../kube/kube-client.ts';
import type { Manifest } from './manifest.ts';

/** How the apiserver says that a field cannot be changed once an object exists; each kind has words of its own. */
const WORDS =
  /immutable|may not change|may not be changed|cannot change roleRef|updates to .* are forbidden|is forbidden: updates/i;

/** What is never deleted to be made anew: it holds data, or takes everything of its own along. */
const KEPT = new Set([
  'PersistentVolumeClaim',
  'PersistentVolume',
  'Namespace',
  'CustomResourceDefinition',
  'StorageClass',
]);

/** Whether a cause of a refusal is that the field cannot be changed. Pure. */
export function isImmutableCause({ message = '' }: KubeStatus['causes'][number]): boolean {
  return WORDS.test(message);
}

/** Whether an apply was refused because of fields that cannot be changed. Pure. */
export function isImmutableError(error: unknown): error is KubeError {
  return (
    error instanceof KubeError && error.status.code === 422 && error.status.causes.some(isImmutableCause)
  );
}

/** Whether an object of the kind may be deleted and made anew when somebody asks for it. Pure. */
export function isReplaceable({ kind }: Pick<Manifest, 'kind'>): boolean {
  return !KEPT.has(kind);
}

/** The fields that a refusal names, each once. Pure. */
export function immutableFields({ status }: KubeError): readonly string[] {
  const fields = status.causes.filter(isImmutableCause).map(({ field = '' }) => field.replace(/^\./, ''));
  return [...new Set(fields.filter((field) => field !== ''))];
}
