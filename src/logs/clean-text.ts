import type { Failure } from '../session/failure.ts';
import { stripAllEscapes } from './strip-escapes.ts';

/** Text that others wrote (containers, builds, the cluster) without escapes and tabs, line by line. Pure. */
export function cleanText(text: string): string {
  return text.split('\n').map(cleanLine).join('\n');
}

/** A failure whose texts are clean. Pure. */
export function cleanFailure(failure: Failure): Failure {
  const { subject, message, hint, command, output } = failure;
  return {
    ...failure,
    subject: cleanText(subject),
    message: cleanText(message),
    ...(hint === undefined ? {} : { hint: cleanText(hint) }),
    ...(command === undefined ? {} : { command: cleanText(command) }),
    ...(output === undefined ? {} : { output: cleanText(output) }),
  };
}

function cleanLine(line: string): string {
  return stripAllEscapes(line).replaceAll('\t', '    ');
}
