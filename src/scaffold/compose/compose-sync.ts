import { posix } from 'node:path';
import { readDockerfileFacts } from '../dockerfile-facts.ts';
import { filesUnder, type ProjectFiles } from '../project-files.ts';
import type { ServiceSketch } from '../proposal.ts';
import { type ProposedSync, proposeSync, type SyncQuery } from '../sync-rules/propose-sync.ts';
import type { ComposeImage } from './compose-images.ts';
import type { Value } from './compose-value.ts';
import type { Notes } from './notes.ts';
import type { Build } from './read-build.ts';
import type { BindMount } from './read-volumes.ts';
import { watchRules } from './watch-rules.ts';
import { whyNotSynced } from './why-not-synced.ts';

/** A service that runs an image of the project. */
export interface SyncedService {
  readonly service: string;
  readonly map: ReadonlyMap<string, Value>;
  readonly sketch: ServiceSketch;
  readonly binds: readonly BindMount[];
}

export interface ComposeSync {
  readonly rules: readonly ProposedSync[];
  /** why there are none, or not all */
  readonly notSynced: readonly string[];
}

/**
 * Sync rules for an image: those of `develop.watch`, else those that its Dockerfile and the command of the service make
 * right. Where several services run the image, only rules that are right for all. Pure but for the notes.
 * @param files of the project
 */
export function composeSync(
  image: ComposeImage,
  services: readonly SyncedService[],
  files: ProjectFiles,
  notes: Notes,
): ComposeSync {
  const query = queryOf(image, files);
  const each = services.map((service) => {
    const watched = watchRules(service.service, service.map, image, files, notes);
    const nothing = { rules: watched ?? [], leftOut: [] };
    const found = query && !watched ? proposeSync({ ...query, ...runOf(service, query) }) : nothing;
    return { service: service.service, ...found };
  });
  const [first, ...others] = each;
  const isForAll = (rule: ProposedSync) =>
    others.every(({ rules }) => rules.some((other) => isSame(rule, other)));
  const rules = (first?.rules ?? []).filter(isForAll);
  return { rules, notSynced: whyNotSynced(each, rules, query?.file ?? '') };
}

/** What is asked about the Dockerfile of an image; undefined when it is not there. Pure. */
export function queryOf(image: Build, files: ProjectFiles): SyncQuery | undefined {
  const { context, target, args } = image;
  const file = image.dockerfile ?? posix.join(context, 'Dockerfile');
  const source = files.text(file);
  if (source === undefined) return undefined;
  const ignore = files.text(`${file}.dockerignore`) ?? files.text(posix.join(context, '.dockerignore')) ?? '';
  return {
    source,
    file,
    ...(target === undefined ? {} : { target }),
    args,
    files: filesUnder(files, context),
    ignore,
  };
}

/** What runs in the service instead of what the image says. */
function runOf({ sketch, binds }: SyncedService, query: SyncQuery): Partial<SyncQuery> {
  const { command, args, env } = sketch;
  const entrypoint = command ?? readDockerfileFacts(query.source, query)?.command.entrypoint ?? [];
  const words = command || args ? { command: [...entrypoint, ...(args ?? [])] } : {};
  return { ...words, env, mounted: binds.map(({ target }) => target) };
}

const isSame = (a: ProposedSync, b: ProposedSync): boolean => a.from === b.from && a.to === b.to;
