import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DockerAddress } from '../../build/docker-daemon.ts';
import { createDockerodePusher } from '../../build/dockerode-pusher.ts';
import { findRegistryLogin } from '../../build/registry-login.ts';
import { pushImages } from '../../cluster/push-images.ts';
import { RockpoolError } from '../../session/failure.ts';
import { buildImages } from '../build-images.ts';
import { chooseRegistry } from '../choose-registry.ts';
import { createBuilder, openHashes } from '../image-ports.ts';
import { openCluster } from '../open-cluster.ts';
import { openProject } from '../open-project.ts';
import { printInferred } from '../print-inferred.ts';
import type { ProjectOptions } from '../program.ts';
import { untilInterrupted } from '../until-interrupted.ts';

interface BuildOptions extends ProjectOptions {
  /** the registry; true: that of rockpool.yaml */
  readonly push?: string | true;
}

/** `rockpool build`: refs on stdout, one a line; with `--push` those in the registry. */
export async function build(only: readonly string[], options: BuildOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const project = await openProject(options, signal);
  printInferred(project.config());
  const known = project.config().images.map(({ name }) => name);
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw unknownImages(unknown, known);
  const registry = options.push === undefined ? undefined : chooseRegistry(options.push, project.config());
  const cluster = await openCluster(options, project.config());
  try {
    const { daemon, words, delivery, endpoint } = await cluster.docker(signal);
    console.error(`images: ${words}`);
    if (registry !== undefined && !endpoint) throw noEngine();
    const hashes = openHashes(project.config().root);
    const builder = createBuilder({ project, daemon, hashes, delivery });
    const config = await project.sessionConfig(cluster.namespace);
    const refs = await buildImages(config, builder, only, tell, signal);
    await hashes.save();
    const wanted = Object.fromEntries(Object.entries(refs).filter(([name]) => isWanted(name, only)));
    const told =
      registry === undefined || !endpoint
        ? Object.values(refs)
        : await pushImages({ refs: wanted, registry }, openPusher(endpoint), tell, signal);
    for (const ref of told) console.log(ref);
    return 0;
  } finally {
    await cluster.close();
  }
}

const tell = (line: string) => console.error(line);

/** What an image is built on is pushed only when it is asked for. */
const isWanted = (name: string, only: readonly string[]) => only.length === 0 || only.includes(name);

/** Logins are those of `docker login`. */
function openPusher(address: DockerAddress) {
  const folder = process.env['DOCKER_CONFIG'] || join(homedir(), '.docker');
  return createDockerodePusher({
    address,
    login: (ref, signal) => findRegistryLogin(ref, { folder, env: process.env }, signal),
  });
}

function noEngine(): RockpoolError {
  return new RockpoolError({
    code: 'DOCKER_MISSING',
    subject: 'build',
    message: 'Only a Docker Engine pushes, and here images are built without one.',
    hint: 'Start Docker on this machine, or a minikube with --container-runtime=docker.',
  });
}

function unknownImages(unknown: readonly string[], known: readonly string[]): RockpoolError {
  const message = `The project has no image ${unknown.join(', ')}.`;
  return new RockpoolError(
    { code: 'USAGE', subject: 'build', message, hint: `It has: ${known.join(', ')}.` },
    { exitCode: 2 },
  );
}
