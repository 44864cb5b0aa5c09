import type { BuildStatus } from './build-trace.ts';
import type { PreparedBuild } from './prepare-build.ts';

/** A way of having BuildKit run a build. */
export interface Solver {
  /**
   * Resolves when the image is in the daemon under its ref. Rejects with BuildError when the build failed, ContextChanged
   * when a file was written while it was sent, RockpoolError when the builder cannot be reached or run. An abort
   * ends the build in the daemon and is awaited.
   */
  solve(
    prepared: PreparedBuild,
    labels: Readonly<Record<string, string>>,
    onStatus: (status: BuildStatus) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

/** BuildKit refused a Dockerfile or a step of it failed. The message is BuildKit's. */
export class BuildError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BuildError';
  }
}
