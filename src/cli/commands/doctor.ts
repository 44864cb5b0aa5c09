import { isAlive, readSessionFile } from '../../control/session-file.ts';
import { checkApiserver } from '../../doctor/check-apiserver.ts';
import { checkClock } from '../../doctor/check-clock.ts';
import { checkConfig } from '../../doctor/check-config.ts';
import { checkContext } from '../../doctor/check-context.ts';
import { checkDocker } from '../../doctor/check-docker.ts';
import { checkInotify } from '../../doctor/check-inotify.ts';
import { checkLocalPorts } from '../../doctor/check-local-ports.ts';
import { checkNodeVersion } from '../../doctor/check-node-version.ts';
import { checkNodes } from '../../doctor/check-nodes.ts';
import { checkPermissions } from '../../doctor/check-permissions.ts';
import { checkPrograms } from '../../doctor/check-programs.ts';
import { checkSessions } from '../../doctor/check-sessions.ts';
import { type Finding, fail, ok, warn } from '../../doctor/finding.ts';
import { fromError, fromProblems } from '../../doctor/from-error.ts';
import { findingLines, summary } from '../../doctor/print-findings.ts';
import { proveDelivery } from '../../doctor/prove-delivery.ts';
import { isRunning, thisHolder } from '../../lease/local-process.ts';
import { RockpoolError } from '../../session/failure.ts';
import { type Cluster, type ClusterDocker, openCluster } from '../open-cluster.ts';
import { openProject, type Project } from '../open-project.ts';
import type { ProjectOptions } from '../program.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export interface DoctorOptions extends ProjectOptions {
  readonly output: 'text' | 'json';
}

/** `rockpool doctor`: what a session needs, one line each, as it is found out; 1 when something fails. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const { signal, exitCode } = untilInterrupted();
  const findings: Finding[] = [];
  const report: Report = (finding) => {
    findings.push(finding);
    if (options.output === 'text') for (const line of findingLines(finding)) console.log(line);
  };
  await examine(options, report, signal);
  if (options.output === 'json') console.log(JSON.stringify({ findings }, undefined, 2));
  else console.error(summary(findings));
  return exitCode() || (findings.some(({ status }) => status === 'fail') ? 1 : 0);
}

type Report = (finding: Finding) => void;

/** Each check says what it found, also when what it needs is broken; only what has nothing to go by is left out. */
async function examine(options: DoctorOptions, report: Report, signal: AbortSignal): Promise<void> {
  const trying: Examination['trying'] = async (name, check) => {
    signal.throwIfAborted();
    try {
      const finding = await check();
      report(finding);
      return finding.status !== 'fail';
    } catch (error) {
      signal.throwIfAborted();
      report(fromError(name, error));
      return false;
    }
  };
  report(checkNodeVersion(process.version));
  const project = await openOrTell(options, report, signal);
  if (project) await trying('watching', () => checkInotify(project.config(), signal));
  await trying('programs', () => checkPrograms(process.env, programsOf(project)));
  const cluster = await openClusterOrTell(options, project, report);
  try {
    if (!cluster) return;
    await examineCluster(cluster, project, { trying, report }, signal);
  } finally {
    await cluster?.close();
  }
}

/** A kustomization needs one of two: kubectl is there on most machines, and what is missing is told by `render`. */
function programsOf(project: Project | undefined): readonly string[] {
  const generated = project?.config().generated ?? [];
  return generated.some(({ tool }) => tool === 'helm') ? ['helm'] : [];
}

interface Examination {
  /** Reports what a check found, also when it could not be made. Resolves with whether nothing failed. */
  readonly trying: (name: string, check: () => Promise<Finding> | Finding) => Promise<boolean>;
  readonly report: Report;
}

async function examineCluster(
  cluster: Cluster,
  project: Project | undefined,
  { trying, report }: Examination,
  signal: AbortSignal,
): Promise<void> {
  const { client, namespace, target } = cluster;
  report(checkContext(target, project?.config().contexts ?? []));
  const answers = await trying('apiserver', () => checkApiserver(client, now, signal));
  if (answers) await examineNamespace(cluster, project, trying, signal);
  if (project) await trying('ports', () => checkProjectPorts(project, namespace));
  // minikube knows what is wrong with a cluster that does not answer; of any other nothing more can be found out
  if (!answers && !target.minikube && target.name !== 'minikube') return;
  let found: ClusterDocker | undefined;
  await trying('images', async () => {
    found = await cluster.docker(signal);
    return ok('images', found.words);
  });
  if (!found) return;
  const { daemon, delivery } = found;
  const builds = await trying('docker', () => checkDocker(daemon.address, signal));
  if (!answers || !builds) return;
  await trying('proof', () => proveDelivery({ client, namespace, daemon, delivery, now }, signal));
}

const now = () => Date.now();

async function examineNamespace(
  { client, namespace }: Cluster,
  project: Project | undefined,
  trying: Examination['trying'],
  signal: AbortSignal,
): Promise<void> {
  await trying('clock', () => checkClock(client, now, signal));
  await trying('nodes', () => checkNodes(client, signal));
  await trying('permissions', () => checkPermissions(client, namespace, signal));
  if (!project) return;
  const app = project.config().name;
  await trying('sessions', async () => {
    const judge = { self: await thisHolder('rockpool doctor'), now: now(), isRunning };
    return checkSessions(client, { namespace, app }, judge, signal);
  });
}

/** They are taken when a session of this project runs, and should be. */
async function checkProjectPorts(project: Project, namespace: string): Promise<Finding> {
  const session = await readSessionFile(project.config().root);
  if (session && (await isAlive(session))) {
    return ok('ports', `held by the session that runs here (process ${session.pid})`);
  }
  return checkLocalPorts((await project.sessionConfig(namespace)).forwards);
}

/** Without a project, the machine and the cluster are looked at all the same. */
async function openOrTell(
  options: ProjectOptions,
  report: Report,
  signal: AbortSignal,
): Promise<Project | undefined> {
  try {
    const project = await openProject(options, signal);
    report(checkConfig(project.config()));
    return project;
  } catch (error) {
    signal.throwIfAborted();
    const isAbsent =
      error instanceof RockpoolError && error.failures.some(({ code }) => code === 'NO_CONFIG');
    const findings = isAbsent ? [warn('config', 'there is no project here')] : fromProblems('config', error);
    for (const finding of findings) report(finding);
    return undefined;
  }
}

async function openClusterOrTell(
  options: ProjectOptions,
  project: Project | undefined,
  report: Report,
): Promise<Cluster | undefined> {
  try {
    return await openCluster(options, project?.config() ?? { contexts: [] });
  } catch (error) {
    if (error instanceof RockpoolError && error.exitCode === 3) {
      report(fail('context', error.message, { hint: error.failures[0]?.hint ?? '' }));
    } else report(fromError('context', error));
    return undefined;
  }
}
