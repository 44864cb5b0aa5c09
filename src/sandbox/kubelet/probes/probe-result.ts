/** `unknown`: it could not be asked, which counts for nothing. */
export type ProbeResult =
  | { readonly is: 'success' }
  | { readonly is: 'failure' | 'unknown'; readonly message: string };

/** As Go words what the system says. Pure. */
export function dialWords(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') return 'connect: connection refused';
  if (error.code === 'ENOTFOUND') return 'lookup: no such host';
  return error.message;
}
