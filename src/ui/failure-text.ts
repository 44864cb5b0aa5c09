import { type Failure, formatPlace } from '../session/failure.ts';

/** How many lines of output are printed with a failure. */
const OUTPUT_LINES = 15;

/**
 * A failure as plain lines: what is wrong, where, the last lines that matter, what to do. The subject comes first, the
 * rest is indented. Pure.
 */
export function failureText(failure: Failure): string[] {
  const [message = '', ...more] = failure.message.split('\n');
  return [
    `${failureSubject(failure)}  ${message}`,
    ...more.map((line) => `  ${line}`),
    ...failureDetails(failure).map((line) => `  ${line}`),
  ];
}

/** Whether two failures read the same. Pure. */
export function isSameFailure(a: Failure, b: Failure): boolean {
  return failureText(a).join('\n') === failureText(b).join('\n');
}

/** `image/shop/web` as a person says it: "shop/web"; other subjects as they are. Pure. */
export function failureSubject({ subject }: Failure): string {
  return subject.replace(/^image\//, '').replace(/^(\w+)\/[^/]*\/(.+)$/, whenKind);
}

function whenKind(whole: string, kind: string, name: string): string {
  return /^[A-Z]/.test(kind) ? `${kind}/${name}` : whole;
}

function failureDetails({ at, output, hint, command }: Failure): string[] {
  return [
    ...(at ? [`at ${formatPlace(at)}`] : []),
    ...lastLines(output, OUTPUT_LINES).map((line) => `| ${line}`),
    ...(hint === undefined ? [] : hint.split('\n')),
    ...(command === undefined ? [] : [`$ ${command}`]),
  ];
}

/** The last lines of an output, without the empty ones at its end. Pure. */
export function lastLines(output: string | undefined, count: number): string[] {
  const lines = (output ?? '').trimEnd().split('\n');
  return lines.length === 1 && lines[0] === '' ? [] : lines.slice(-count);
}
