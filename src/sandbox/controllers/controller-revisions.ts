import { isDeepStrictEqual } from 'node:util';
import type { Tools } from './controller.ts';
import { keyOf } from './controller.ts';
import { CONTROLLER_REVISIONS, type ControllerRevision, type PodTemplate } from './objects.ts';
import { claimed, controllerReference, type Selecting } from './owners.ts';
import { templateHash } from './template-hash.ts';

interface Templated extends Selecting {
  readonly spec?: NonNullable<Selecting['spec']> & {
    readonly template?: PodTemplate;
    readonly revisionHistoryLimit?: number;
  };
}

/** What a StatefulSet and a DaemonSet were before, which `kubectl rollout history` and `undo` read. */
export interface Revisions {
  /** of the template as it is now */
  readonly update: ControllerRevision;
  /** all, the oldest first */
  readonly all: readonly ControllerRevision[];
}

/**
 * Keeps a revision of the template as it is now: a new one, or one of before, which becomes the newest.
 * @param hashLabel under which it tells its hash
 */
export function keepRevision(tools: Tools, owner: Templated, hashLabel: string): Revisions {
  const { objects } = tools;
  const known = claimed<ControllerRevision>(objects, CONTROLLER_REVISIONS, owner).toSorted(byRevision);
  const template = { ...owner.spec?.template, $patch: 'replace' };
  const data = { spec: { template } };
  const newest = known.at(-1);
  const same = known.findLast((revision) => isDeepStrictEqual(plain(revision.data), plain(data)));
  if (same && same === newest) return { update: same, all: known };
  const revision = (newest?.revision ?? 0) + 1;
  const update = same
    ? objects.update(CONTROLLER_REVISIONS, { ...same, revision })
    : create(tools, owner, { hashLabel, data, revision });
  return { update, all: [...known.filter((one) => one !== same), update] };
}

/** Takes the oldest away of those that are beyond the history and that nothing uses. */
export function forgetRevisions(
  { objects }: Tools,
  owner: Templated,
  all: readonly ControllerRevision[],
  used: ReadonlySet<string>,
): void {
  const unused = all.filter(({ metadata }) => !used.has(metadata.name));
  const surplus = unused.length - (owner.spec?.revisionHistoryLimit ?? 10);
  for (const revision of unused.slice(0, Math.max(0, surplus)))
    objects.delete(CONTROLLER_REVISIONS, revision);
}

/** The template that a revision keeps. Pure. */
export function templateOf({ data }: ControllerRevision): PodTemplate {
  const { $patch: _, ...template } = (data as { spec: { template: { $patch?: string } } }).spec.template;
  return template as PodTemplate;
}

function create(
  { objects }: Tools,
  owner: Templated,
  { hashLabel, data, revision }: { hashLabel: string; data: object; revision: number },
): ControllerRevision {
  const { namespace, name } = keyOf(owner);
  const hash = templateHash(data);
  return objects.create<ControllerRevision>(CONTROLLER_REVISIONS, namespace, {
    metadata: {
      name: `${name}-${hash}`,
      labels: { ...owner.spec?.template?.metadata?.labels, [hashLabel]: hash },
      ownerReferences: [controllerReference(owner)],
    },
    ...{ data, revision },
  });
}

function byRevision(a: ControllerRevision, b: ControllerRevision): number {
  return a.revision - b.revision;
}

/** As JSON carries it. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
