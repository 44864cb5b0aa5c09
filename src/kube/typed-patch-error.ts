import { KubeError, type KubeStatus } from './kube-client.ts';

const PREFIX = /^failed to create typed patch object \([^)]*\): (?:errors:\n)?/;

/**
 * A manifest with an unknown field or a value of the wrong type is answered by server-side apply with code 500 and a
 * text (seen on Kubernetes 1.36; fieldValidation changes nothing about it). It is told as what it is: 422 Invalid, with
 * the fields as causes. Any other error is given back as it came. Pure.
 */
export function asInvalid(error: unknown): unknown {
  if (!(error instanceof KubeError) || !PREFIX.test(error.status.message)) return error;
  const causes = error.status.message
    .replace(PREFIX, '')
    .split('\n')
    .map((line) => causeOf(line.trim()));
  const message = causes.map(({ field, message }) => [field, message].filter(Boolean).join(': ')).join('; ');
  return new KubeError({ code: 422, reason: 'Invalid', message, causes }, error.request);
}

/** `.spec.template.spec.containers[name="web"].imag: field not declared in schema` */
function causeOf(line: string): KubeStatus['causes'][number] {
  const end = line.search(/: (field not declared|expected )/);
  if (end === -1) return { message: line };
  const text = line.slice(end + 2).replace(/&value\.valueUnstructured\{Value:(.*)\}$/s, '$1');
  const isUnknown = text.startsWith('field not declared');
  return {
    reason: isUnknown ? 'FieldValueUnknown' : 'FieldValueTypeInvalid',
    message: isUnknown ? 'unknown field' : text,
    field: line.slice(0, end).replace(/^\./, ''),
  };
}
