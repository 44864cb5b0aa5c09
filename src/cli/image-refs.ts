import type { DockerDaemon } from '../build/docker-daemon.ts';
import type { FileHashes } from '../build/file-hashes.ts';
import { orderImages } from '../build/image-graph.ts';
import { prepareBuild } from '../build/prepare-build.ts';
import type { ImageDelivery } from '../cluster/image-delivery.ts';
import type { Config } from '../config/config.ts';
import type { SessionConfig } from '../session/events.ts';

export interface ImageRefsOptions {
  readonly config: Config;
  readonly session: SessionConfig;
  readonly daemon: DockerDaemon;
  readonly hashes: FileHashes;
  readonly delivery?: ImageDelivery | undefined;
}

/** The refs that the images of a project would have if they were built now. Builds nothing. */
export async function imageRefs(
  options: ImageRefsOptions,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const { config, session, daemon, hashes, delivery } = options;
  const rewrite = delivery?.rewrite ? { rewrite: delivery.rewrite } : {};
  const names = config.images.map(({ name }) => name);
  const needs = Object.fromEntries(session.images.map((image) => [image.name, image.needs]));
  const refs: Record<string, string> = {};
  for (const name of orderImages(needs)) {
    const spec = config.images.find((image) => image.name === name);
    if (!spec) continue;
    const { ref } = await prepareBuild(
      { spec, root: config.root, refs, names, daemon, hashes, ...rewrite },
      signal,
    );
    refs[name] = ref;
  }
  return refs;
}
