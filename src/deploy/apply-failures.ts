import { formatPath } from '../config/describe-issues.ts';
import type { Path } from '../config/located-tree.ts';
import { type KubeClient, KubeError, type KubeStatus, KubeUnreachable } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import { changedFields } from './changed-fields.ts';
import { clusterLost } from './cluster-lost.ts';
import { conflictFailure } from './conflict-failure.ts';
import { resolveFieldPath } from './field-path.ts';
import { isImmutableCause, isReplaceable } from './immutable.ts';
import { describeResource, groupOf, type Manifest } from './manifest.ts';
import type { RenderedResource } from './render.ts';
import { listed } from './resolve-conflict.ts';
import { findUnknownFields } from './unknown-fields.ts';

type Refused = Pick<RenderedResource, 'key' | 'file' | 'manifest' | 'locate'>;

/**
 * Why the apiserver did not take a manifest, in words and with the places in its file: one failure for every field.
 * Anything that is no answer of the apiserver is thrown on.
 */
export async function applyFailures(
  error: unknown,
  resource: Refused,
  client: Pick<KubeClient, 'request'>,
  signal: AbortSignal,
): Promise<readonly Failure[]> {
  if (error instanceof KubeUnreachable) throw clusterLost(error);
  if (error instanceof RockpoolError) {
    const at = await resource.locate(['kind']);
    return error.failures.map((failure) => ({ ...failure, at: failure.at ?? at }));
  }
  if (!(error instanceof KubeError)) throw error;
  const { status } = error;
  const unknown = await unknownFieldFailures(status, resource, client, signal);
  if (unknown.length > 0) return unknown;
  const isConflict = status.causes.some((cause) => cause.reason === 'FieldManagerConflict');
  if (isConflict) return [await conflictFailure(status.causes, resource)];
  const fields = status.causes.filter((cause) => cause.reason?.startsWith('FieldValue') && cause.field);
  if (fields.length > 0) {
    const changed = await changedOf(error, resource, client, signal);
    return Promise.all(fields.map((cause) => fieldFailure(cause, resource, changed)));
  }
  return [
    {
      ...explain(status, resource.manifest),
      subject: resource.key,
      at: await resource.locate(['metadata', 'name']),
    },
  ];
}

/** Which fields are meant when an answer names no more than "spec"; none when the object cannot be read. */
async function changedOf(
  { request, status }: KubeError,
  { manifest }: Refused,
  client: Pick<KubeClient, 'request'>,
  signal: AbortSignal,
): Promise<readonly Path[]> {
  if (!status.causes.some((cause) => isImmutableCause(cause) && cause.field === 'spec')) return [];
  try {
    const { body } = await client.request<KubeObject>({ method: 'GET', path: request.path, signal });
    return changedFields(manifest, body);
  } catch (error) {
    if (error instanceof KubeError) return [];
    throw error;
  }
}

type Cause = KubeStatus['causes'][number];
type Explained = Pick<Failure, 'code' | 'message' | 'hint'>;

/** The forms that Kubernetes 1.36, older server-side apply, and custom resources say it in. */
async function unknownFieldFailures(
  status: KubeStatus,
  resource: Refused,
  client: Pick<KubeClient, 'request'>,
  signal: AbortSignal,
): Promise<readonly Failure[]> {
  const named = [
    ...status.causes
      .filter((cause) => cause.reason === 'FieldValueUnknown')
      .map((cause) => cause.field ?? ''),
    ...[...status.message.matchAll(/unknown field "([^"]+)"/g)].map(([, field = '']) => field),
    ...[...status.message.matchAll(/(\.\S+): field not declared in schema/g)].map(([, field = '']) => field),
  ];
  if (named.length === 0) return [];
  const found = await findUnknownFields(client, resource.manifest, signal);
  const fields =
    found.length > 0 ? found : named.map((field) => ({ path: resolveFieldPath(resource.manifest, field) }));
  return Promise.all(
    fields.map((field) => unknownField(resource, field.path, 'hint' in field ? field.hint : undefined)),
  );
}

async function unknownField(resource: Refused, path: Path, hint: string | undefined): Promise<Failure> {
  const parent = formatPath(path.slice(0, -1));
  return {
    code: 'MANIFEST_INVALID',
    subject: resource.key,
    message: `unknown field "${path.at(-1) ?? ''}"${parent === '' ? '' : ` in ${parent}`} of ${describeResource(resource.manifest)}`,
    hint: hint ?? `\`kubectl explain ${explainPath(resource.manifest, path)}\` lists the fields`,
    at: await resource.locate(path),
  };
}

function explainPath({ kind, apiVersion }: Manifest, path: Path): string {
  const group = groupOf(apiVersion);
  const fields = path.slice(0, -1).filter((step) => typeof step === 'string');
  return [`${kind.toLowerCase()}${group === '' ? '' : `.${group}`}`, ...fields].join('.');
}

async function fieldFailure(cause: Cause, resource: Refused, changed: readonly Path[]): Promise<Failure> {
  const { key: subject, manifest } = resource;
  const path = resolveFieldPath(manifest, cause.field ?? '');
  const at = await resource.locate(path);
  const name = describeResource(manifest);
  const field = (cause.field ?? '').replace(/^\./, '');
  const said = cause.message ?? '';
  if (isImmutableCause(cause)) {
    const isNarrowed = field === 'spec' && changed[0] !== undefined;
    if (!isNarrowed) return immutableFailure(field, resource, at);
    return immutableFailure(
      listed(changed.map(formatPath)),
      resource,
      await resource.locate(changed[0] ?? []),
    );
  }
  const wrongType =
    cause.reason === 'FieldValueTypeInvalid' ? /^expected ([^,]*)/.exec(said)?.[1] : undefined;
  if (wrongType !== undefined) return wrongTypeFailure(wrongType, field, resource, at);
  return { code: 'MANIFEST_INVALID', subject, message: `${field} of ${name}: ${withoutLongValue(said)}`, at };
}

function immutableFailure(
  field: string,
  { key, manifest }: Refused,
  at: NonNullable<Failure['at']>,
): Failure {
  const { namespace } = manifest.metadata;
  const isMarked = manifest.immutable === true;
  return {
    code: 'IMMUTABLE_FIELD',
    subject: key,
    message: `${field} of ${describeResource(manifest)} cannot be changed once it exists${isMarked ? ', as it is marked `immutable: true`' : ''}`,
    hint: wayOut(manifest, isMarked),
    command: `kubectl delete ${manifest.kind.toLowerCase()} ${manifest.metadata.name}${namespace === undefined ? '' : ` -n ${namespace}`}`,
    at,
  };
}

function wayOut(manifest: Manifest, isMarked: boolean): string {
  if (!isReplaceable(manifest)) {
    return 'change it back; rockpool never deletes it, since what it holds would go with it, but you can';
  }
  const rename = isMarked ? 'give it another name, there and where it is used' : 'change it back';
  const claims = manifest.kind === 'StatefulSet' ? '; its volume claims stay as they are either way' : '';
  return `${rename}, or delete it and it is made anew; --force does so for what the project made itself${claims}`;
}

/** The value itself is not repeated: it may have come from a secret. */
function wrongTypeFailure(
  expected: string,
  field: string,
  resource: Refused,
  at: NonNullable<Failure['at']>,
): Failure {
  const isText = expected === 'string';
  return {
    code: 'MANIFEST_INVALID',
    subject: resource.key,
    message: `${field} of ${describeResource(resource.manifest)} must be ${isText ? 'text' : expected}`,
    ...(isText ? { hint: 'quote it' } : {}),
    at,
  };
}

/** Whole pod templates are quoted back by some answers. */
function withoutLongValue(message: string): string {
  const [, value, rest] = /^Invalid value: ([\s\S]*): ([^:]*)$/.exec(message) ?? [];
  return value !== undefined && value.length > 80 ? (rest ?? message) : message.slice(0, 500);
}

function explain(status: KubeStatus, manifest: Manifest): Explained {
  const name = describeResource(manifest);
  const { code, message } = status;
  const { namespace } = manifest.metadata;
  if (status.causes.some((cause) => cause.reason === 'NamespaceTerminating')) {
    return {
      code: 'NAMESPACE_TERMINATING',
      message: `${name}: the namespace ${namespace} is being deleted`,
      hint: 'wait until it is gone, and save again',
    };
  }
  const webhook = /admission webhook "(.*?)" denied the request: ?([\s\S]*)/.exec(message);
  if (webhook) {
    return {
      code: 'WEBHOOK_DENIED',
      message: `${name} is refused by the admission webhook ${webhook[1]}: ${webhook[2]}`,
      hint: 'change the manifest as the webhook asks for',
    };
  }
  const unanswered = /failed calling webhook "(.*?)"/.exec(message)?.[1];
  if (unanswered !== undefined) {
    return {
      code: 'WEBHOOK_FAILED',
      message: `${name} waits for the admission webhook ${unanswered}, which does not answer`,
      hint: message.slice(0, 300),
    };
  }
  if (code === 404 && /^namespaces /.test(message)) {
    return {
      code: 'NAMESPACE_MISSING',
      message: `${name}: there is no namespace ${namespace}`,
      hint: 'add a manifest of kind Namespace for it; only the session namespace is made by itself',
    };
  }
  if (code === 403) {
    return {
      code: 'FORBIDDEN',
      message: `${name}: ${message}`,
      hint: `\`kubectl auth can-i patch ${manifest.kind.toLowerCase()}${namespace === undefined ? '' : ` -n ${namespace}`}\` says whether you may`,
    };
  }
  const base64 = /illegal base64 data/.test(message);
  const hint = base64 ? { hint: 'values of "data" are base64; "stringData" takes text as it is' } : {};
  return {
    code: base64 || code === 422 || code === 400 ? 'MANIFEST_INVALID' : 'APPLY_FAILED',
    message: `${name}: ${withoutLongValue(message)}`,
    ...hint,
  };
}
