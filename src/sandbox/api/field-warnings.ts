import { refuse } from './api-error.ts';
import type { ApiRequest } from './api-request.ts';
import type { Kind } from './kinds.ts';
import { checkFields } from './schema/check-fields.ts';
import { rootShape } from './schema/shape.ts';

/** Unknown fields: refused, warned of or dropped in silence, as `fieldValidation` asks; values of a wrong type always are. */
export function fieldWarnings(
  { query }: ApiRequest,
  body: Readonly<Record<string, unknown>>,
  kind: Kind,
): readonly string[] {
  const problems = checkFields(body, rootShape(kind.schema));
  const wrong = problems.find(({ is }) => is === 'type');
  if (wrong)
    throw refuse.badRequest(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: json: ${wrong.says}`,
    );
  const unknown = problems.map(({ path }) => `unknown field "${path}"`);
  const mode = query.get('fieldValidation') ?? 'Warn';
  if (mode === 'Strict' && unknown.length > 0)
    throw refuse.badRequest(`strict decoding error: ${unknown.join(', ')}`);
  const noEffect = kind.acted ? [] : [`the sandbox keeps this ${kind.kind}, but nothing in it acts on it`];
  return [...(mode === 'Ignore' ? [] : unknown), ...noEffect];
}
