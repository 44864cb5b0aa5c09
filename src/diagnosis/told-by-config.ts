import type { Failure } from '../session/failure.ts';
import type { SessionState } from '../session/state.ts';

/** Whether a build failed for want of a Dockerfile that the configuration is told to lack already. Pure. */
export function isToldByConfig({ config }: SessionState, { code, at }: Failure): boolean {
  if (code !== 'DOCKERFILE_MISSING' || !at) return false;
  return config.failures.some(({ message }) => message.startsWith(`the Dockerfile ${at.file} of `));
}
