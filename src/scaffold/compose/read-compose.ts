import type { Failure } from '../../session/failure.ts';
import { NO_FILES, type ProjectFiles } from '../project-files.ts';
import type { LeftOut, ServiceSketch } from '../proposal.ts';
import type { ProposedSync } from '../sync-rules/propose-sync.ts';
import { carryMounts } from './carry-mounts.ts';
import { chooseServices } from './choose-services.ts';
import { type ComposeForward, composeForwards } from './compose-forwards.ts';
import { type ComposeImage, composeImages } from './compose-images.ts';
import { composeSync } from './compose-sync.ts';
import type { Value } from './compose-value.ts';
import type { OpenFile } from './extend-services.ts';
import { type HiddenFiles, NOTHING_HIDDEN } from './hidden-files.ts';
import { createNotes, type Notes } from './notes.ts';
import { readService } from './read-service.ts';
import { createReader, readSources } from './read-sources.ts';
import { noteVolumes } from './read-volumes.ts';
import { renameHosts } from './rename-hosts.ts';
import { serviceNames } from './service-names.ts';
import { noteTopLevel, noteUnsupported } from './unsupported.ts';

export interface ComposeQuery {
  /** the compose file, and files that are laid over it (compose.override.yaml), in order; paths are relative to the project */
  readonly sources: readonly { readonly file: string; readonly source: string }[];
  /** a DNS label: images without a name of their own are called `project/service` */
  readonly project: string;
  /** of .env beside the compose file, for `${VARIABLES}` */
  readonly env?: Readonly<Record<string, string>>;
  /** of the project: env files, Dockerfiles, package.json */
  readonly files?: ProjectFiles;
  /** what is not to be copied into manifests */
  readonly hidden?: HiddenFiles;
}

export interface ComposeProject {
  /** for `writeManifests`; services that are left out are told */
  readonly sketches: readonly ServiceSketch[];
  readonly images: readonly (ComposeImage & { readonly sync: readonly ProposedSync[] })[];
  /** by image: why files are not synced that one might expect to be */
  readonly notSynced: Readonly<Record<string, readonly string[]>>;
  readonly forwards: readonly ComposeForward[];
  /** everything that is not carried over: "compose.yaml:12 web: `privileged` is left out: …" */
  readonly leftOut: readonly LeftOut[];
  /** COMPOSE_INVALID, each with its place; then there is nothing else in here */
  readonly failures: readonly Failure[];
}

/**
 * Reads compose files: their services as sketches for manifests, the images that they build with their sync rules, and
 * forwards for the ports that they publish. Pure; throws nothing.
 */
export function readCompose(query: ComposeQuery): ComposeProject {
  const { env = {}, files = NO_FILES, hidden = NOTHING_HIDDEN } = query;
  const notes = createNotes();
  const { read, open } = createReader({ env, files, hidden }, notes);
  const root = readSources(query, open, read, notes);
  const project = root && carry(root, { ...query, env, files, hidden, open }, notes);
  const { leftOut, failures } = notes.all();
  if (project && failures.length === 0) return { ...project, leftOut, failures };
  return { sketches: [], images: [], notSynced: {}, forwards: [], leftOut: [], failures };
}

type Carried = Pick<ComposeProject, 'sketches' | 'images' | 'notSynced' | 'forwards'>;

function carry(
  root: Value,
  query: Required<ComposeQuery> & { open: OpenFile },
  notes: Notes,
): Carried | undefined {
  const services = chooseServices(root, { ...query, env: { ...query.env, ...query.hidden.env } }, notes);
  if (!services) return undefined;
  const names = serviceNames(services, notes);
  if (notes.all().failures.length > 0) return undefined;
  const { images, byService } = composeImages(services, names, { ...query, notes });
  noteTopLevel(root.map ?? new Map(), notes);
  const read = [...services].flatMap(([service, { map = new Map() }]) => {
    const { image, built } = byService.get(service) ?? {};
    if (image === undefined) return [];
    const name = names.get(service) ?? service;
    noteUnsupported(service, map, notes);
    return [
      { service, map, built, ...readService(map, { ...query, root, notes, service, name, image, built }) },
    ];
  });
  const syncs = images.map((image) => {
    const users = read.filter(({ built }) => built?.name === image.name);
    return { image, ...composeSync(image, users, query.files, notes) };
  });
  const synced = syncs.map(({ image, rules }) => ({ ...image, sync: rules }));
  const notSynced = Object.fromEntries(syncs.map(({ image, notSynced }) => [image.name, notSynced]));
  const mounted = read.map((service) => carryMounts(service, synced, query.files, notes));
  const sketches = renameHosts(mounted, names, services, notes);
  noteVolumes(sketches, root.map?.get('volumes')?.map ?? new Map(), notes);
  const published = read.map(({ sketch, published }) => [sketch.name, published] as const);
  return { sketches, images: synced, notSynced, forwards: composeForwards(published, notes) };
}
