import messages from '../../../../schema/kubernetes-protobuf.json' with { type: 'json' };
import { refuse } from '../api-error.ts';
import { decodeMessage, type Messages } from './decode-message.ts';

/** The first bytes of an object in protobuf (k8s.io/apimachinery/pkg/runtime/serializer/protobuf). */
const MAGIC = Buffer.from('k8s\0');

/** What is around an object: its kind, and its bytes (runtime.Unknown). */
const ENVELOPE: Messages = {
  Unknown: { 1: 'typeMeta TypeMeta', 2: 'raw bytes' },
  TypeMeta: { 1: 'apiVersion string', 2: 'kind string' },
};

interface Envelope {
  readonly typeMeta?: { readonly apiVersion?: string; readonly kind?: string };
  readonly raw?: string;
}

/**
 * An object as JSON has it, from the protobuf that kubectl's typed commands send (`kubectl create namespace`). Throws an
 * ApiError: 400 for bytes that are none, 415 for a kind that is not known.
 */
export function decodeObject(bytes: Buffer): Record<string, unknown> {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC))
    throw refuse.badRequest('the body is not a Kubernetes object in protobuf');
  try {
    const { typeMeta = {}, raw = '' } = decodeMessage(
      ENVELOPE,
      'Unknown',
      bytes.subarray(MAGIC.length),
    ) as Envelope;
    const { apiVersion = '', kind = '' } = typeMeta;
    const type = messageOf(apiVersion, kind);
    if (!(type in messages))
      throw refuse.unsupportedType(`application/vnd.kubernetes.protobuf of ${apiVersion} ${kind}`);
    return { apiVersion, kind, ...decodeMessage(messages, type, Buffer.from(raw, 'base64')) };
  } catch (error) {
    if (error instanceof RangeError) throw refuse.badRequest(`the body ends too early: ${error.message}`);
    throw error;
  }
}

/** `apps.v1.Deployment`, `core.v1.Pod`; options of a deletion come under any group. */
function messageOf(apiVersion: string, kind: string): string {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return kind === 'DeleteOptions'
    ? 'meta.v1.DeleteOptions'
    : `${group.split('.')[0] || 'core'}.${version}.${kind}`;
}
