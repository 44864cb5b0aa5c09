import type { Failure, SourcePlace } from '../../session/failure.ts';
import { visibleText } from './visible-text.ts';

/** A problem of a template: whatever its author wrote is shown so that a terminal is not harmed by it. Pure. */
export function templateProblem(name: string, message: string, at?: SourcePlace, hint?: string): Failure {
  return {
    code: 'TEMPLATE_INVALID',
    subject: visibleText(`template/${name}`),
    message: visibleText(message),
    ...(hint === undefined ? {} : { hint: visibleText(hint) }),
    ...(at === undefined ? {} : { at: { ...at, file: visibleText(at.file) } }),
  };
}
