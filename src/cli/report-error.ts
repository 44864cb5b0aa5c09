import { type Failure, formatPlace, RockpoolError } from '../session/failure.ts';

/** Prints an error on stderr and returns the exit code it stands for. A bug shows its stack; a failure never does. */
export function reportError(error: unknown): number {
  if (error instanceof RockpoolError) {
    console.error(error.failures.map((failure) => formatFailure(failure)).join('\n\n'));
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(`rockpool met a bug of its own. Please report it with these lines:\n\n${stack}`);
  return 1;
}

/** A failure as people read it: what, where, the lines that matter, what to do. */
export function formatFailure(failure: Failure, kind: 'error' | 'warning' = 'error'): string {
  const place = failure.at ? `${formatPlace(failure.at)}: ` : '';
  const lines = [`${kind}: ${place}${failure.message}`];
  if (failure.output)
    lines.push(
      ...failure.output
        .trimEnd()
        .split('\n')
        .map((line) => `  | ${line}`),
    );
  if (failure.hint) lines.push(`  ${failure.hint.replaceAll('\n', '\n  ')}`);
  if (failure.command) lines.push(`  $ ${failure.command}`);
  return lines.join('\n');
}
