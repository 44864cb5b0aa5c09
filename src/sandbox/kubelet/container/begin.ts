import { type ContainerSpec, type RunningContainer, StartError } from '../../runtime/runtime.ts';
import { ConfigError } from '../environment/container-variables.ts';
import { createInstanceLog } from '../logs/instance-log.ts';
import { MountError } from '../volumes/volume-files.ts';
import { endInstance } from './end.ts';
import { findImage, type Waiting } from './find-image.ts';
import type { Instance, Life } from './life.ts';
import { type PodPlace, prepareContainer } from './prepare.ts';
import { terminatedState } from './terminated-state.ts';
import { watchInstance } from './watch-instance.ts';

/** ms between looks whether what a container waits for has come */
const AGAIN = 1000;

/** Starts a container once; what keeps it from starting is in its status and its events. Never rejects. */
export async function beginContainer(life: Life, place: PodPlace): Promise<void> {
  try {
    const { tools, tell } = life;
    const spec = life.container();
    const { signal } = life.closing;
    const image = await findImage(tools.images, spec, { before: life.waiting, tell, signal });
    if ('waiting' in image) return waitFor(life, image.waiting);
    const restarts = life.restartCount + (life.instance ? 1 : 0);
    const prepared = await prepareContainer(tools, life.pod(), spec, { image: image.found, restarts, place });
    tell('Normal', 'Created', 'Container created');
    await start(life, newInstance(life, spec.image ?? '', image.found.id), prepared);
  } catch (error) {
    if (!life.closing.signal.aborted) explain(life, error);
  }
}

function newInstance({ tools }: Life, image: string, imageID: string): Instance {
  const now = tools.now();
  return { image, imageID, log: createInstanceLog(now), startedAt: new Date(now), containerID: '' };
}

async function start(life: Life, instance: Instance, prepared: Omit<ContainerSpec, 'onLine'>): Promise<void> {
  const { signal } = life.closing;
  try {
    if (prepared.command.length === 0) throw new StartError('no command specified');
    const running = await life.tools.runtime.start({ ...prepared, onLine: instance.log.add }, signal);
    if (!signal.aborted) return begun(life, instance, running);
    running.kill();
    await running.ended;
  } catch (error) {
    if (!(error instanceof StartError) || signal.aborted) throw error;
    failStart(life, instance, error.message);
  }
}

/** What ran before goes to `previous`: its log can still be read. */
function install(life: Life, instance: Instance): void {
  if (life.instance) {
    life.previous = life.instance;
    life.restartCount += 1;
  }
  life.instance = instance;
}

function begun(life: Life, instance: Instance, running: RunningContainer): void {
  instance.running = running;
  instance.containerID = running.id;
  instance.startedAt = running.startedAt;
  install(life, instance);
  life.is = 'running';
  life.waiting = undefined;
  life.tell('Normal', 'Started', 'Container started');
  watchInstance(life, instance, running);
  life.change();
}

function explain(life: Life, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const isConfig = error instanceof ConfigError || error instanceof MountError;
  if (life.waiting?.message !== message) life.tell('Warning', 'Failed', `Error: ${message}`);
  waitFor(life, { reason: isConfig ? 'CreateContainerConfigError' : 'CreateContainerError', message });
}

/** As containerd says that runc could not start a program (tried on 1.36.3 with containerd 2.1). */
const RUNC =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ';

/** It counts as a container that ended: it is tried again as one that crashed. */
function failStart(life: Life, instance: Instance, why: string): void {
  const message = why.startsWith('exec:') ? `${RUNC}${why}` : why;
  life.tell('Warning', 'Failed', `Error: ${message}`);
  instance.containerID = `sandbox://${'0'.repeat(64)}`;
  const times = { startedAt: new Date(0), finishedAt: new Date(life.tools.now()) };
  const { containerID } = instance;
  const ended = terminatedState({ containerID, exitCode: 128, reason: 'StartError', message, ...times });
  install(life, instance);
  life.waiting = { reason: 'RunContainerError', message };
  endInstance(life, instance, ended, 0);
}

/** The same reason again is neither told nor shown. */
function waitFor(life: Life, why: Waiting): void {
  const isNew = why.reason !== life.waiting?.reason || why.message !== life.waiting.message;
  life.waiting = why;
  life.is = life.instance ? 'ended' : 'new';
  life.notBefore = life.tools.now() + AGAIN;
  if (isNew) life.change();
  setTimeout(life.change, AGAIN).unref();
}
