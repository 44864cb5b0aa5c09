/** What a check found out, in words. */
export interface Finding {
  /** what was looked at: "docker", "permissions" */
  readonly name: string;
  /** `warn` is worth a look and stands in nobody's way; `fail` does */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly found: string;
  readonly hint?: string;
  /** a command that can be pasted into a shell */
  readonly command?: string;
}

/** What to do about a finding. */
export type Advice = Pick<Finding, 'hint' | 'command'>;

export const ok = (name: string, found: string): Finding => ({ name, status: 'ok', found });
export const warn = (name: string, found: string, advice: Advice = {}): Finding => ({
  name,
  status: 'warn',
  found,
  ...advice,
});
export const fail = (name: string, found: string, advice: Advice = {}): Finding => ({
  name,
  status: 'fail',
  found,
  ...advice,
});
