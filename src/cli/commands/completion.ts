import { shells } from '../../completion/shells.ts';

/** `rockpool completion`: the script of a shell, on stdout. */
export function completion(shell: string): number {
  process.stdout.write(shells[shell]?.script ?? '');
  return 0;
}
