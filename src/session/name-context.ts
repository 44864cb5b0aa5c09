import type { Failure } from './failure.ts';

/** Commands of kubectl that can be pasted, as against what is told of `kubectl apply` or `kubectl scale` having done. */
const COMMANDS = /\bkubectl (?=(?:auth|delete|describe|explain|get|label) )/g;

/** A text whose kubectl commands name the context: pasted later, they mean the cluster of the session. Pure. */
export function nameContext(text: string, context: string): string {
  return text.replaceAll(COMMANDS, `kubectl --context ${shellWord(context)} `);
}

/** A failure whose kubectl commands name the context. Pure. */
export function nameContextIn(failure: Failure, context: string): Failure {
  const { hint, command } = failure;
  return {
    ...failure,
    ...(hint === undefined ? {} : { hint: nameContext(hint, context) }),
    ...(command === undefined ? {} : { command: nameContext(command, context) }),
  };
}

/** Contexts of EKS are ARNs, others hold whatever people like. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
