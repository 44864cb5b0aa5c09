import type { DockerDaemon } from '../build/docker-daemon.ts';
import type { FileHashes } from '../build/file-hashes.ts';
import type { ImageDelivery } from '../cluster/image-delivery.ts';
import { createSourceCheck } from '../control/check-sources.ts';
import type { ControlHandlers } from '../control/control-handlers.ts';
import { createProjectSources } from '../control/project-sources.ts';
import { createSessionHandlers } from '../control/session-handlers.ts';
import { type Control, type ControlOptions, startControl } from '../control/start-control.ts';
import type { LogStore } from '../logs/log-store.ts';
import type { Session } from '../session/kernel.ts';
import type { Cluster } from './open-cluster.ts';
import type { Project } from './open-project.ts';
import { systemClock } from './system-clock.ts';

export interface OpenControlOptions {
  readonly session: Session;
  readonly logs: LogStore;
  readonly project: Project;
  readonly cluster: Cluster;
  readonly daemon: DockerDaemon;
  readonly hashes: FileHashes;
  /** absent: the nodes run from the daemon itself */
  readonly delivery?: ImageDelivery | undefined;
  /** where the session's embedded cluster is found, when it has one */
  readonly sandbox?: ControlOptions['sandbox'];
}

/** Lets other terminals ask the session. To be called before its first fact. */
export async function openControl(
  options: OpenControlOptions,
): Promise<Control & { readonly handlers: ControlHandlers }> {
  const { session, logs, project, cluster, daemon, hashes, delivery, sandbox } = options;
  const rewrite = delivery?.rewrite ? { rewrite: delivery.rewrite } : {};
  const { namespace, context, client } = cluster;
  const { root, name } = project.config();
  const source = project.source(namespace);
  const check = createSourceCheck(
    createProjectSources({ source, namespace, daemon, hashes, client, ...rewrite }),
  );
  const handlers = createSessionHandlers({ session, logs, clock: systemClock, check });
  const control = await startControl({ root, app: name, context, namespace, sandbox, handlers });
  return { ...control, handlers };
}
