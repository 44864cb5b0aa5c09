import type { Deployer } from '../session/ports.ts';

/** A deployer that first puts back what was stopped, once: then again only if that failed. */
export function createRestoringDeployer(
  deployer: Deployer,
  restore: (signal: AbortSignal) => Promise<void>,
): Deployer {
  let restored = false;
  return {
    async deploy(request, emit, signal) {
      if (!restored) await restore(signal);
      restored = true;
      await deployer.deploy(request, emit, signal);
    },
  };
}
