import type { SessionState } from './state.ts';

/**
 * Whether a changed rockpool.yaml, or a file that it takes in, is being read, which takes milliseconds. What was saved
 * with it is not to be understood by the one before: files that go together are saved together (a branch switched to).
 */
export function isReadingConfig({ config, crashed }: SessionState): boolean {
  const { current, generation, loaded, failedGeneration } = config;
  if (!current || loaded === generation || failedGeneration === generation) return false;
  return !(`config@${generation}` in crashed);
}
