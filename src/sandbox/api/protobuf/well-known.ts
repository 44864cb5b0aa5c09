type Fields = Readonly<Record<string, unknown>>;

/** Messages that JSON writes as something else than their fields. */
export const WELL_KNOWN: Readonly<Record<string, (fields: Fields) => unknown>> = {
  'resource.Quantity': ({ string = '0' }) => string,
  'intstr.IntOrString': ({ type, intVal = 0, strVal = '' }) => (type === 1 ? strVal : intVal),
  'meta.v1.Time': ({ seconds }) => time(seconds)?.replace('.000Z', 'Z'),
  'meta.v1.MicroTime': ({ seconds, nanos = 0 }) =>
    time(seconds)?.replace('.000Z', `.${String(Math.floor(Number(nanos) / 1000)).padStart(6, '0')}Z`),
  'meta.v1.FieldsV1': ({ Raw }) => json(Raw),
  'runtime.RawExtension': ({ raw }) => json(raw),
};

function time(seconds: unknown): string | undefined {
  return seconds === undefined ? undefined : new Date(Number(seconds) * 1000).toISOString();
}

function json(base64: unknown): unknown {
  return base64 === undefined ? undefined : JSON.parse(Buffer.from(String(base64), 'base64').toString());
}
