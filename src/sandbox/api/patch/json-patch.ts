import { applyPatch, type Operation } from 'rfc6902';
import { ApiError, refuse } from '../api-error.ts';

/** A JSON patch (RFC 6902). Throws an ApiError: 400 for what is no patch, 422 for one that does not fit. Pure. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw refuse.badRequest('a JSON patch is a list of operations');
  const result = structuredClone(target);
  for (const [index, error] of applyPatch(result, patch as Operation[]).entries()) {
    if (!error) continue;
    const { op, path } = patch[index] as { op?: string; path?: string };
    const why =
      op === 'test' ? `testing value ${path} failed` : `${op} operation does not apply: ${error.message}`;
    throw new ApiError(
      422,
      'Invalid',
      `the server rejected our request due to an error in our request: ${why}`,
    );
  }
  return result;
}
