import type { OnExit } from '../../config/config.ts';
import { checkPorts } from '../../forward/check-ports.ts';
import { chooseTarget } from '../../forward/choose-target.ts';
import type { HeldLease } from '../../lease/kube-lease.ts';
import type { UnnumberedLine } from '../../logs/log-line.ts';
import { createLogStore } from '../../logs/log-store.ts';
import { type Failure, RockpoolError } from '../../session/failure.ts';
import { createSession, type Session } from '../../session/kernel.ts';
import { askAdoption, terminalQuestion } from '../ask-adoption.ts';
import { endWith, leftWords } from '../end-with.ts';
import { enterSession } from '../enter-session.ts';
import { type Guide, startGuide } from '../guide.ts';
import { openHashes } from '../image-ports.ts';
import { inSandbox } from '../in-sandbox.ts';
import { type Cluster, type OwnDocker, openCluster } from '../open-cluster.ts';
import { openControl } from '../open-control.ts';
import { openProject, type Project } from '../open-project.ts';
import { orNoCluster } from '../or-no-cluster.ts';
import type { ProjectOptions } from '../program.ts';
import { formatFailure } from '../report-error.ts';
import { endReason, reasonOf, supersededBy, tellSuperseded } from '../session-end.ts';
import { openSessionFolder } from '../session-folder.ts';
import { createSessionPorts } from '../session-ports.ts';
import { type Interruption, untilInterrupted } from '../until-interrupted.ts';
import { chooseView, type Output } from '../views/choose-view.ts';
import { attach } from './attach.ts';

export interface UpOptions extends ProjectOptions {
  readonly adopt?: boolean;
  readonly force?: boolean;
  /** sandbox: an embedded cluster, whose containers are programs of this machine */
  readonly cluster?: 'sandbox';
  /** with `cluster: sandbox`: the project's commands may run in it, without a question */
  readonly yes?: boolean;
  readonly output: Output;
  readonly onExit?: OnExit;
  readonly takeover?: boolean;
  /** when another session works on the app and namespace, watch that one */
  readonly attach?: boolean;
}

/** What is kept of the logs in memory. */
const KEPT = { lines: 50_000, bytes: 32 << 20 };

/** `rockpool up`: the session, until it is asked to end or another one takes over. */
export async function up(options: UpOptions): Promise<number> {
  if (options.cluster === 'sandbox') return inSandbox(options, runUp);
  return orNoCluster(() => runUp(options));
}

/**
 * The session on a cluster that is there.
 * @param own the Docker daemon of its nodes, where that need not be found out
 * @param guide works on the project meanwhile; the session ends with it
 */
export async function runUp(options: UpOptions, own?: OwnDocker, guide?: Guide): Promise<number> {
  const interruption = untilInterrupted();
  const { signal } = interruption;
  const project = await openProject(options, signal);
  const cluster = await openCluster(options, project.config(), own);
  const warn = (failure: Failure) => console.error(formatFailure(failure, 'warning'));
  const tell = (line: string) => console.error(line);
  const { takeover = false } = options;
  let lease: HeldLease | undefined;
  try {
    const config = project.config();
    const place = { app: config.name, namespace: cluster.namespace };
    const entered = await enterSession({
      ...{ config, cluster, command: 'rockpool up', takeover, tell, onNotice: warn, signal },
      attach: async (address) => attach(address, place, await chooseView(options.output)),
      wantsAttach: options.attach === true,
    });
    if ('exitCode' in entered) return entered.exitCode;
    lease = entered.lease;
    const { forwards } = await project.sessionConfig(cluster.namespace);
    refuseTaken(await checkPorts(forwards));
    return await runSession({ options, project, cluster, lease, interruption, own, guide });
  } finally {
    await lease?.release();
    await cluster.close();
  }
}

interface Running {
  readonly options: UpOptions;
  readonly project: Project;
  readonly cluster: Cluster;
  readonly lease: HeldLease;
  readonly interruption: Interruption;
  readonly own: OwnDocker | undefined;
  readonly guide: Guide | undefined;
}

async function runSession(running: Running): Promise<number> {
  const { options, project, cluster, lease, interruption, own } = running;
  const config = project.config();
  const { daemon, words, delivery } = await tellIfSlow(
    'asking for the Docker daemon of the cluster',
    cluster.docker(interruption.signal),
  );
  const ask = options.output === 'json' ? undefined : terminalQuestion();
  const asked = { config, cluster, adopt: options.adopt === true, ask };
  const mayAdopt = await askAdoption(asked, interruption.signal);
  const folder = await openSessionFolder(config.root, cluster.namespace);
  const hashes = openHashes(config.root);
  const logs = createLogStore(KEPT);
  const view = await chooseView(options.output);
  const onLines = async (lines: readonly UnnumberedLine[]) => {
    logs.append(lines);
    await view.lines?.(lines);
  };
  const ports = createSessionPorts({
    project,
    cluster,
    daemon,
    delivery,
    hashes,
    lease,
    mayAdopt,
    force: options.force === true,
    onLines,
    podOf: (namespace, name) => session.state().pods[`${namespace}/${name}`],
    onNotice: (failure) => view.notice?.(failure),
  });
  own?.onNotice((failure) => view.notice?.(failure));
  const session = createSession({ ports, chooseTarget });
  session.subscribe((event) => folder.eventLog?.write(event));
  const control = await openControl({
    ...{ session, logs, project, cluster, daemon, hashes, delivery },
    sandbox: sandboxOf(running),
  });
  const showing = view.show({
    session,
    logs,
    notes: [...config.inferred, `images: ${words}`],
    warnings: [...config.warnings, ...folder.warnings, ...control.warnings],
  });
  session.dispatch({
    type: 'session.started',
    app: config.name,
    context: cluster.context,
    namespace: cluster.namespace,
  });
  const reason = reasonOf(session);
  const superseded = supersededBy(session);
  const guide = startGuide(running.guide, {
    session,
    wait: (timeoutMs, signal) => control.handlers.call('wait', { for: 'current', timeoutMs }, signal),
    onLines: (lines) => void onLines(lines),
  });
  await Promise.race([interruption.asked, showing, superseded, guide.done]);
  const onExit = onExitOf(running);
  if (onExit !== 'keep') interruption.endAtOnce(() => leftWords(onExit, cluster.namespace));
  await session.close(endReason(session, running));
  await showing;
  await control.close();
  await Promise.all([hashes.save(), folder.eventLog?.close()]);
  await guide.check();
  return finish(running, session, (await reason) === 'Ctrl-C' ? 130 : 0);
}

/** What is done and said when everything of the session has ended. @param code what it ends with when nothing else matters */
async function finish(running: Running, session: Session, code: number): Promise<number> {
  const { options, project, cluster, interruption } = running;
  const { superseded: by } = session.state();
  if (by !== undefined) return tellSuperseded(by, session);
  const ended = interruption.exitCode() || code;
  // All that runs in a sandbox ends with it.
  if (options.cluster === 'sandbox') return ended;
  const isApplied = Object.values(session.state().resources).some(({ hash }) => hash !== undefined);
  const ending = { config: project.config(), cluster, interruption, isApplied };
  return (await endWith(onExitOf(running), ending)) ? ended : 1;
}

/** Where other commands find the session's embedded cluster. */
function sandboxOf({ options, own }: Running): { kubeconfig: string; dockerSocket: string } | undefined {
  const { cluster, kubeconfig } = options;
  if (cluster !== 'sandbox' || kubeconfig === undefined || !own || !('socketPath' in own.address))
    return undefined;
  return { kubeconfig, dockerSocket: own.address.socketPath };
}

const onExitOf = ({ options, project }: Running): OnExit =>
  options.cluster ? 'keep' : (options.onExit ?? project.config().onExit);

/** Says what is waited for when it takes longer than people like to look at nothing. */
async function tellIfSlow<T>(what: string, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => console.error(`${what}…`), 2000);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

function refuseTaken(failures: readonly Failure[]): void {
  if (failures.length > 0) throw new RockpoolError(failures);
}
