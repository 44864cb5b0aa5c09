import type { HealthCheck } from '../dockerfile/health-check.ts';
import { readDockerfileFacts } from '../dockerfile-facts.ts';
import { knownImage, runsServer } from '../manifests/known-images.ts';
import { filesUnder, type ProjectFiles } from '../project-files.ts';
import type { ServiceSketch } from '../proposal.ts';
import { shellWords } from '../shell-words.ts';
import type { ComposeImage } from './compose-images.ts';
import type { Value } from './compose-value.ts';
import type { HiddenFiles } from './hidden-files.ts';
import type { Notes } from './notes.ts';
import { readEnvironment } from './read-environment.ts';
import { readHealth } from './read-health.ts';
import { type PublishedPort, readExposed, readPorts } from './read-ports.ts';
import { readSharedFiles } from './read-shared-files.ts';
import { type BindMount, readVolumes } from './read-volumes.ts';
import { usualPorts } from './usual-ports.ts';

export interface ReadService {
  readonly sketch: ServiceSketch;
  readonly published: readonly PublishedPort[];
  readonly binds: readonly BindMount[];
}

export interface ServiceContext {
  /** in the compose file */
  readonly service: string;
  /** in the cluster */
  readonly name: string;
  /** as the manifest writes it */
  readonly image: string;
  /** where the project builds it */
  readonly built: ComposeImage | undefined;
  /** the compose file */
  readonly root: Value;
  /** of the project */
  readonly files: ProjectFiles;
  readonly env: Readonly<Record<string, string>>;
  readonly hidden: HiddenFiles;
  readonly notes: Notes;
}

/** A service as a sketch; what its Dockerfile tells (EXPOSE, HEALTHCHECK) is taken where compose says nothing. Pure but for the notes. */
export function readService(map: ReadonlyMap<string, Value>, context: ServiceContext): ReadService {
  const { service, name, image, built, files, notes } = context;
  const environment = readEnvironment(map, context);
  const { volumes, binds } = readVolumes(service, map.get('volumes'), notes);
  const published = readPorts(service, map.get('ports'), notes);
  const command = wordsOf(map.get('entrypoint'));
  const args = wordsOf(map.get('command'));
  const facts = built && factsOf(built, files);
  const open = [...published.map(({ target }) => target), ...readExposed(map.get('expose'))];
  const entrypoint = command ?? facts?.command.entrypoint ?? [];
  const words = command || args ? [...entrypoint, ...(args ?? [])] : undefined;
  const usual = built
    ? usualPorts({ ...context, map, facts, words, isOpen: open.length > 0, context: built.context })
    : runsServer(command, args) && Object.keys(knownImage(image)?.ports ?? {}).map(Number);
  const said = [...open, ...(usual || [])];
  const isLikeImage = words === undefined || said.length > 0;
  const usualHealth = isLikeImage ? factsHealth(map, facts?.health) : undefined;
  const health = withPort(readHealth(map.get('healthcheck')) ?? usualHealth, [...new Set(said)]);
  const workingDir = map.get('working_dir')?.text;
  return {
    sketch: {
      name,
      image,
      ...environment,
      ...health,
      ...(command && command.length > 0 ? { command } : {}),
      ...(args && args.length > 0 ? { args } : {}),
      ...(workingDir === undefined ? {} : { workingDir }),
      volumes,
      ...readSharedFiles(map, context),
      replicas: replicasOf(map),
    },
    published,
    binds,
  };
}

/** Text is split as a shell does, but no shell runs it. */
function wordsOf(value: Value | undefined): readonly string[] | undefined {
  if (value?.list) return value.list.map(({ text = '' }) => text);
  return value?.text === undefined ? undefined : shellWords(value.text);
}

function factsOf(image: ComposeImage, files: ProjectFiles) {
  const { context, dockerfile, target, args } = image;
  const source = files.text(dockerfile ?? (context === '.' ? 'Dockerfile' : `${context}/Dockerfile`));
  if (source === undefined) return undefined;
  return readDockerfileFacts(source, {
    ...(target === undefined ? {} : { target }),
    args,
    files: filesUnder(files, context),
  });
}

/** `disable: true` takes away the Dockerfile's check too. */
function factsHealth(
  map: ReadonlyMap<string, Value>,
  health: HealthCheck | undefined,
): HealthCheck | undefined {
  return readHealth(map.get('healthcheck')) === null ? undefined : health;
}

/** The port that is asked for health comes first. */
function withPort(
  health: HealthCheck | undefined | null,
  ports: readonly number[],
): Pick<ServiceSketch, 'ports' | 'health'> {
  if (!health) return { ports };
  if ('command' in health) return { ports, health };
  const { path, port } = health;
  return { ports: [port, ...ports.filter((other) => other !== port)], health: { path } };
}

function replicasOf(map: ReadonlyMap<string, Value>): number {
  const text = map.get('deploy')?.map?.get('replicas')?.text ?? map.get('scale')?.text ?? '';
  return /^\d{1,3}$/.test(text) ? Number(text) : 1;
}
