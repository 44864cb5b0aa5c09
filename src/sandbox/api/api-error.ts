/** The apiserver's answer to a request that it refuses: a Status object. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: number, reason: string, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/** As the wire has it. Pure. */
export function statusOf({ code, reason, message, details }: ApiError): Record<string, unknown> {
  return {
    ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason },
    ...(details ? { details } : {}),
    code,
  };
}

/** What a refusal is about. */
interface About {
  readonly group: string;
  readonly plural: string;
}

const detailsOf = ({ group, plural }: About, name: string) => ({
  name,
  ...(group === '' ? {} : { group }),
  kind: plural,
});

const named = ({ group, plural }: About) => (group === '' ? plural : `${plural}.${group}`);

/** Worded as k8s.io/apimachinery/pkg/api/errors, which kubectl prints as it is. */
export const refuse = {
  notFound: (about: About, name: string) =>
    new ApiError(404, 'NotFound', `${named(about)} "${name}" not found`, detailsOf(about, name)),
  exists: (about: About, name: string) =>
    new ApiError(409, 'AlreadyExists', `${named(about)} "${name}" already exists`, detailsOf(about, name)),
  changed: (about: About, name: string) =>
    new ApiError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${named(about)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
      detailsOf(about, name),
    ),
  conflict: (about: About, name: string, why: string) =>
    new ApiError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${named(about)} "${name}": ${why}`,
      detailsOf(about, name),
    ),
  invalid: (kind: { group: string; kind: string }, name: string, causes: readonly InvalidCause[]) =>
    new ApiError(422, 'Invalid', invalidMessage(kind, name, causes), {
      name,
      ...(kind.group === '' ? {} : { group: kind.group }),
      kind: kind.kind,
      causes: causes.map(({ field, message, reason = 'FieldValueInvalid' }) => ({ reason, message, field })),
    }),
  badRequest: (message: string) => new ApiError(400, 'BadRequest', message),
  gone: (message: string) => new ApiError(410, 'Expired', message),
  lasting: (namespace: string) =>
    new ApiError(
      403,
      'Forbidden',
      `namespaces "${namespace}" is forbidden: this namespace may not be deleted`,
      {
        name: namespace,
        kind: 'namespaces',
      },
    ),
  notAllowed: (method: string) =>
    new ApiError(405, 'MethodNotAllowed', `${method} is not supported on this resource`),
  unknownPath: () => new ApiError(404, 'NotFound', 'the server could not find the requested resource'),
  unsupportedType: (type: string) =>
    new ApiError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types do not include ${type}`,
    ),
  /** What the sandbox does not do it says; it never pretends. */
  notInSandbox: (what: string) =>
    new ApiError(501, 'NotImplemented', `the sandbox does not do this: ${what}`),
};

export interface InvalidCause {
  readonly field: string;
  readonly message: string;
  readonly reason?: string;
}

function invalidMessage(
  { group, kind }: { group: string; kind: string },
  name: string,
  causes: readonly InvalidCause[],
): string {
  const full = group === '' ? kind : `${kind}.${group}`;
  const texts = causes.map(({ field, message }) => `${field}: ${message}`);
  return `${full} "${name}" is invalid: ${texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`}`;
}
