import type { Kind } from './kinds.ts';
import type { ApiPath } from './parse-path.ts';

/** A request for objects, after its path was understood. */
export interface ApiRequest {
  readonly method: string;
  readonly path: ApiPath;
  readonly kind: Kind;
  readonly query: URLSearchParams;
  /** of the body, without parameters */
  readonly contentType: string;
  /** parsed; undefined: there was none */
  readonly body: unknown;
  readonly userAgent: string;
}

/** What is sent back. */
export interface ApiAnswer {
  readonly code: number;
  readonly body: unknown;
  /** texts for Warning headers */
  readonly warnings?: readonly string[];
}

/** Who writes, when a request does not say: what comes first in its user agent, as the real apiserver has it. Pure. */
export function managerOf({ query, userAgent }: Pick<ApiRequest, 'query' | 'userAgent'>): string {
  return query.get('fieldManager') || (userAgent.split('/')[0] ?? '') || 'unknown';
}

/** Pure. */
export function isDryRun({ query }: Pick<ApiRequest, 'query'>): boolean {
  return query.getAll('dryRun').includes('All');
}
