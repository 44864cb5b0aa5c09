import { prepareBuild } from '../build/prepare-build.ts';
import type { Ports } from '../session/ports.ts';
import { createExecSyncer } from '../sync/exec-syncer.ts';
import { createSnapshots } from '../sync/snapshot.ts';
import { readSyncRules } from '../sync/sync-rules.ts';
import { createBuilder } from './image-ports.ts';
import type { SessionPortsOptions } from './session-ports.ts';
import { systemClock } from './system-clock.ts';

/** Building images, and writing files into their containers instead: what an image was built from, the one tells the other. */
export function createBuildPorts(options: SessionPortsOptions): Pick<Ports, 'builder' | 'syncer'> {
  const { project, cluster, daemon, hashes, delivery } = options;
  const snapshots = createSnapshots();
  const images = () => project.config().images;
  const rewrite = delivery?.rewrite ? { rewrite: delivery.rewrite } : {};
  return {
    builder: createBuilder({ ...options, onPrepared: snapshots.record }),
    syncer: createExecSyncer({
      client: cluster.client,
      clock: systemClock,
      snapshots,
      rulesOf: (name) => {
        const image = images().find((candidate) => candidate.name === name);
        return image ? readSyncRules(image.sync, image.update) : () => [];
      },
      prepare: (request, signal) => {
        const spec = images().find(({ name }) => name === request.image);
        if (!spec) throw new Error(`no image ${request.image}`);
        const { root } = project.config();
        const names = images().map(({ name }) => name);
        return prepareBuild({ spec, root, refs: request.refs, names, daemon, hashes, ...rewrite }, signal);
      },
    }),
  };
}
