import type { Finding } from './finding.ts';

/** A finding as people read it: a line, and what to do below it. Pure. */
export function findingLines({ name, status, found, hint, command }: Finding): readonly string[] {
  const indent = ' '.repeat(6);
  return [
    `${status.padEnd(5)} ${name.padEnd(12)} ${found}`,
    ...(hint === undefined ? [] : [`${indent}${hint}`]),
    ...(command === undefined ? [] : [`${indent}$ ${command}`]),
  ];
}

/** "13 checks: 1 failed, 2 to look at". Pure. */
export function summary(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) => findings.filter((each) => each.status === status).length;
  const parts = [
    ...(count('fail') > 0 ? [`${count('fail')} failed`] : []),
    ...(count('warn') > 0 ? [`${count('warn')} to look at`] : []),
  ];
  return `${findings.length} checks: ${parts.join(', ') || 'all well'}`;
}
