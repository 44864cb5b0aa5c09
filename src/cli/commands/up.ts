import { join } from 'node:path';
import { writeSchemaFile } from '../../config/schema-file.ts';
import { checkPorts } from '../../forward/check-ports.ts';
import { chooseTarget } from '../../forward/choose-target.ts';
import { createLogStore } from '../../logs/log-store.ts';
import { RockpoolError } from '../../session/failure.ts';
import { createSession, type Session } from '../../session/kernel.ts';
import { openEventLog } from '../fs-event-log.ts';
import { openCluster } from '../open-cluster.ts';
import { openProject } from '../open-project.ts';
import type { ProjectOptions } from '../program.ts';
import { createSessionPorts, openHashes } from '../session-ports.ts';
import { systemClock } from '../system-clock.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export interface UpOptions extends ProjectOptions {
  readonly output: 'auto' | 'ui' | 'plain' | 'json';
}

/** What is kept of the logs in memory. */
const KEPT = { lines: 50_000, bytes: 32 << 20 };

/** `rockpool up`: the session, until it is asked to end. */
export async function up(options: UpOptions): Promise<number> {
  const interruption = untilInterrupted();
  const { signal } = interruption;
  const project = await openProject(options, signal);
  const config = project.config();
  const cluster = await openCluster(options, config);
  try {
    refuseTaken(await checkPorts((await project.sessionConfig(cluster.namespace)).forwards));
    const { daemon, words } = await cluster.docker(signal);
    await writeSchemaFile(config.root);
    const hashes = openHashes(config.root);
    const logs = createLogStore(KEPT);
    const view = await chooseView(options.output);
    const ports = createSessionPorts({
      project,
      cluster,
      daemon,
      hashes,
      onLines: async (lines) => {
        logs.append(lines);
        await view.lines?.(lines);
      },
      podOf: (namespace, name) => session.state().pods[`${namespace}/${name}`],
      onNotice: (failure) => view.notice?.(failure),
    });
    const session = createSession({ ports, chooseTarget });
    const eventLog = openEventLog(join(config.root, '.rockpool'));
    session.subscribe((event) => eventLog.write(event));
    const showing = view.show({
      session,
      logs,
      notes: [...config.inferred, `images: ${words}`],
      warnings: config.warnings,
    });
    session.dispatch({
      type: 'session.started',
      app: config.name,
      context: cluster.context,
      namespace: cluster.namespace,
    });
    const reason = reasonOf(session);
    await Promise.race([interruption.asked, showing]);
    await session.close(interruption.exitCode() === 0 ? 'asked on the screen' : 'asked by a signal');
    await showing;
    await Promise.all([hashes.save(), eventLog.close()]);
    return interruption.exitCode() || ((await reason) === 'Ctrl-C' ? 130 : 0);
  } finally {
    await cluster.close();
  }
}

/** In what words the session was asked to stop. */
function reasonOf(session: Session): Promise<string> {
  return new Promise((resolve) => {
    session.subscribe((event) => event.type === 'session.stopping' && resolve(event.reason));
  });
}

function refuseTaken(failures: ConstructorParameters<typeof RockpoolError>[0]): void {
  if (Array.isArray(failures) && failures.length > 0) throw new RockpoolError(failures);
}

async function chooseView(output: UpOptions['output']) {
  const terminal = Boolean(process.stdout.isTTY && process.stdin.isTTY && !process.env['CI']);
  const form = output === 'auto' ? (terminal ? 'ui' : 'plain') : output;
  switch (form) {
    case 'json':
      return (await import('../views/json-view.ts')).createJsonView();
    case 'plain':
      return (await import('../views/plain-view.ts')).createPlainView();
    case 'ui':
      return (await import('../views/screen-view.ts')).createScreenView(systemClock);
  }
}
