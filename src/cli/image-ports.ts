import { join } from 'node:path';
import { createBuildkitBuilder } from '../build/buildkit-builder.ts';
import { createDeliveringBuilder } from '../build/delivering-builder.ts';
import { createDockerImagePruner } from '../build/docker-image-pruner.ts';
import { createFileHashes, type FileHashes } from '../build/file-hashes.ts';
import type { PreparedBuild } from '../build/prepare-build.ts';
import { listImageUses } from '../deploy/kube-image-uses.ts';
import type { ImageBuilder, ImagePruner } from '../session/ports.ts';
import type { SessionPortsOptions } from './session-ports.ts';
import { systemClock } from './system-clock.ts';

/** Hashes of the project's files, kept between runs. */
export function openHashes(root: string): FileHashes {
  return createFileHashes({ file: join(root, '.rockpool', 'hashes.json'), clock: systemClock });
}

export function createBuilder({
  project,
  daemon,
  hashes,
  delivery,
  onPrepared,
}: Pick<SessionPortsOptions, 'project' | 'daemon' | 'hashes' | 'delivery'> & {
  onPrepared?(prepared: PreparedBuild): void;
}): ImageBuilder {
  const { root, name } = project.config();
  const builder = createBuildkitBuilder({
    daemon,
    images: () => project.config().images,
    root,
    app: name,
    hashes,
    clock: systemClock,
    ...(onPrepared ? { onPrepared } : {}),
    ...(delivery?.rewrite ? { rewrite: delivery.rewrite } : {}),
  });
  return createDeliveringBuilder({ builder, delivery, clock: systemClock });
}

export function createPruner({
  project,
  cluster,
  daemon,
}: Pick<SessionPortsOptions, 'project' | 'cluster' | 'daemon'>): ImagePruner {
  return createDockerImagePruner({
    daemon,
    app: project.config().name,
    usedImages: (signal) => listImageUses(cluster.client, signal),
    clock: systemClock,
  });
}
