import type { Config } from '../config/config.ts';
import { createDiscovery, type Discovery } from '../kube/discovery.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import type { Deployer, DeployRequest, Emit } from '../session/ports.ts';
import { type ApplyContext, applyAll } from './apply-run.ts';
import { ensureNamespace } from './ensure-namespace.ts';
import { findGone } from './find-gone.ts';
import { findPlaces } from './find-places.ts';
import type { GitFacts } from './git-facts.ts';
import { isNamespace, type Manifest } from './manifest.ts';
import { type ForeignObject, notOursFailures } from './not-ours.ts';
import { prune } from './prune.ts';
import { type Rendered, type RenderedResource, renderManifests } from './render.ts';

export interface KubeDeployerOptions {
  readonly client: Pick<KubeClient, 'request'>;
  /** the configuration in force */
  readonly config: () => Config;
  /** the session's */
  readonly namespace: string;
  /** facts as they are now; asked for at each deploy */
  readonly git: (root: string) => GitFacts;
  /** whether an object that others made may be taken over; default: none */
  readonly mayAdopt?: (key: ResourceKey) => boolean;
  /** whether objects of the project with changed immutable fields are deleted and made anew; default: no */
  readonly force?: boolean;
  /** default: one of its own */
  readonly discovery?: Discovery;
}

/**
 * Applies manifests by server-side apply, class after class (apply-order.ts), within a class at once: what changed, and
 * then what did not and was deleted behind our back. When all went well, what earlier applies left and the manifests no
 * longer have is pruned.
 */
export function createKubeDeployer(options: KubeDeployerOptions): Deployer {
  const { client, namespace, discovery = createDiscovery(client), mayAdopt = () => false } = options;
  const { force = false } = options;
  const scopeOf = (apiVersion: string, kind: string) =>
    discovery.find(apiVersion, kind).then(
      (type) => type.namespaced,
      () => undefined,
    );
  /** the manifests after which nothing was left to prune: while they stay the same ones, nothing is looked up */
  let pruned: string | undefined;
  /** The consent to have them holds on: what was given back here may be taken over again. */
  const released = new Set<ResourceKey>();
  const mayHave = (key: ResourceKey) => mayAdopt(key) || released.has(key);
  async function pruneOnce(resources: readonly RenderedResource[], context: ApplyContext): Promise<void> {
    const keys = resources.map(({ key, manifest }) => `${manifest.apiVersion} ${key}`).join();
    if (keys === pruned) return;
    await prune(
      resources.map(({ manifest }) => manifest),
      { ...context, onReleased: (key) => released.add(key) },
    );
    pruned = keys;
  }
  return {
    async deploy(request, emit, signal) {
      signal.throwIfAborted();
      const config = options.config();
      const git = options.git(config.root);
      const { refs } = request;
      const rendered = await renderManifests({ config, namespace, refs, git, scopeOf }, signal);
      await emitRendered(rendered, request, emit);
      const wanted = withoutHeld(rendered);
      const app = config.name;
      const { generation } = request;
      const foreign: ForeignObject[] = [];
      const manifests = wanted.map(({ manifest }) => manifest);
      const given = { client, discovery, emit, signal, generation, app, namespace, force, mayAdopt: mayHave };
      const context = { ...given, manifests, foreign };
      const first = await outstanding(wanted, request.applied, context);
      const failures = [...(await applyAll(first, context))];
      const sent = new Set(first);
      const rest = wanted.filter((resource) => !sent.has(resource));
      failures.push(...(await applyGone(rest, first.length > 0, context)), ...notOursFailures(foreign));
      if (failures.length > 0) throw new RockpoolError(failures);
      if (rendered.held.length === 0) await pruneOnce(wanted, context);
    },
  };
}

/** Unchanged resources that somebody deleted, once more. */
async function applyGone(
  unchanged: readonly RenderedResource[],
  namespaceIsThere: boolean,
  context: ApplyContext,
): Promise<readonly Failure[]> {
  const gone = await findGone(unchanged, context);
  if (gone.length === 0) return [];
  const { client, namespace, app, signal } = context;
  if (!namespaceIsThere) await ensureNamespace(client, namespace, app, gone, signal, waitFor(context));
  // Kinds whose CRD is gone too are not served as they were when they were found.
  return applyAll(gone, { ...context, discovery: createDiscovery(client) });
}

async function emitRendered(
  { resources, held, warnings }: Rendered,
  { generation }: DeployRequest,
  emit: Emit,
): Promise<void> {
  const places = await Promise.all(resources.map(findPlaces));
  emit({
    type: 'manifests.rendered',
    generation,
    resources: resources.map(({ key, file, images, hash }, index) => ({
      ...{ key, file, images: [...images], hash },
      places: places[index],
    })),
    held: held.map((hold) => ({ ...hold })),
    warnings: [...warnings],
  });
}

function withoutHeld({ resources, held }: Rendered): readonly RenderedResource[] {
  const waiting = new Set(held.map(({ key }) => key));
  return resources.filter(({ key }) => !waiting.has(key));
}

/** What is not applied already, and with it all of the namespaces that it needs and that are gone. */
async function outstanding(
  wanted: readonly RenderedResource[],
  applied: DeployRequest['applied'],
  context: ApplyContext,
): Promise<readonly RenderedResource[]> {
  const isChanged = ({ key, hash }: RenderedResource) => applied[key] !== hash;
  const changed = wanted.filter(isChanged);
  if (changed.length === 0) return [];
  const { client, namespace, app, signal } = context;
  const own = wanted.filter(
    (resource) =>
      isNamespace(resource.manifest) && !isChanged(resource) && resource.manifest.metadata.name !== namespace,
  );
  const [made, gone] = await Promise.all([
    ensureNamespace(client, namespace, app, changed, signal, waitFor(context)),
    findGone(own, context),
  ]);
  const empty = new Set([
    ...(made ? [namespace] : []),
    ...gone.map(({ manifest }) => manifest.metadata.name),
  ]);
  return wanted.filter((resource) => isChanged(resource) || empty.has(namespaceOf(resource.manifest) ?? ''));
}

const waitFor =
  ({ emit, generation, namespace }: ApplyContext) =>
  (reason: string) =>
    emit({ type: 'deploy.held', generation, key: `Namespace//${namespace}`, reason });

const namespaceOf = (manifest: Manifest): string | undefined =>
  isNamespace(manifest) ? manifest.metadata.name : manifest.metadata.namespace;
