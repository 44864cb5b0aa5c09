/** A build that cannot go on, in BuildKit's words where BuildKit has some: what the daemon's answer ends with. */
export class SolveError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SolveError';
  }
}

/** What is wrong with the Dockerfile itself. */
export function parseError(line: number, text: string): SolveError {
  return new SolveError(`dockerfile parse error on line ${line}: ${text}`);
}
