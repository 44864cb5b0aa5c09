import { createTwoFilesPatch } from 'diff';
import pLimit from 'p-limit';
import type { Discovery } from '../kube/discovery.ts';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import { applyFailures } from './apply-failures.ts';
import { applyRendered } from './apply-rendered.ts';
import { type Autoscaled, findAutoscaled } from './autoscaled.ts';
import { comparable, maskSecrets } from './comparable.ts';
import { definesKind, type Manifest } from './manifest.ts';
import { NotOursError, notOursFailures } from './not-ours.ts';
import type { RenderedResource } from './render.ts';
import { isChangedJob } from './replace-resource.ts';
import { withoutMarks } from './without-marks.ts';
import { yamlText } from './yaml-text.ts';

export interface ResourceDiff {
  readonly key: ResourceKey;
  readonly file: string;
  /** replaced: a Job, which an apply deletes and makes anew; marked: nothing but rockpool's own labels and annotations */
  readonly change: 'new' | 'changed' | 'unchanged' | 'replaced' | 'marked';
  /** unified diff of YAML, empty when nothing changes; values of Secrets are hidden, and rockpool's own marks left out */
  readonly text: string;
}

export interface DiffOptions {
  readonly client: Pick<KubeClient, 'request'>;
  readonly discovery: Discovery;
  /** name of the project */
  readonly app: string;
  /** the session's, which an apply makes when it is missing */
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/**
 * What an apply would change, found out by a dry run of it: defaults, webhooks and controllers' fields are as they
 * would be. Rejects with a RockpoolError that holds every manifest's failure.
 */
export async function diffResources(
  resources: readonly RenderedResource[],
  options: DiffOptions,
): Promise<readonly ResourceDiff[]> {
  options.signal.throwIfAborted();
  const limit = pLimit(8);
  const manifests = resources.map(({ manifest }) => manifest);
  const autoscaled = await findAutoscaled(manifests, manifests, options);
  const results = await Promise.all(
    resources.map((resource) => limit(() => diffOne(resource, resources, { ...options, autoscaled }))),
  );
  const failures = results.flatMap((result) => ('failures' in result ? result.failures : []));
  if (failures.length > 0) throw new RockpoolError(failures);
  return results.flatMap((result) => ('failures' in result ? [] : [result]));
}

async function diffOne(
  resource: RenderedResource,
  beside: readonly RenderedResource[],
  {
    client,
    discovery,
    app,
    namespace,
    signal,
    autoscaled,
  }: DiffOptions & { readonly autoscaled: Autoscaled },
): Promise<ResourceDiff | { readonly failures: readonly Failure[] }> {
  signal.throwIfAborted();
  const { key, file, manifest } = resource;
  try {
    const options = {
      client,
      discovery,
      app,
      namespace,
      signal,
      autoscaled,
      beside: [],
      mayAdopt: () => true,
    };
    const { before, object } = await applyRendered(resource, { ...options, dryRun: true });
    return toDiff(resource, before && comparable(before), comparable(object));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NotOursError) return { failures: notOursFailures([{ key, owner: error.owner }]) };
    if (isYetToCome(error, manifest, beside, namespace)) return toDiff(resource, undefined, manifest);
    if (isChangedJob(manifest, error)) return { key, file, change: 'replaced', text: '' };
    return { failures: await applyFailures(error, resource, client, signal) };
  }
}

type Side = Readonly<Record<string, unknown>>;

function toDiff({ key, file }: RenderedResource, before: Side | undefined, after: Side): ResourceDiff {
  const [masked, maskedAfter] = maskSecrets(before, after);
  if (masked && yamlText(masked) === yamlText(maskedAfter))
    return { key, file, change: 'unchanged', text: '' };
  const [old, now] = [masked ? yamlText(withoutMarks(masked)) : '', yamlText(withoutMarks(maskedAfter))];
  if (old === now) return { key, file, change: 'marked', text: '' };
  const text = createTwoFilesPatch(`live/${key}`, `${file}/${key}`, old, now, undefined, undefined, {
    context: 3,
  });
  return { key, file, change: before ? 'changed' : 'new', text: text.replace(/^=+\n/, '') };
}

/** Nothing can be tried in a namespace, or of a kind, that the same apply would make first. */
function isYetToCome(
  error: unknown,
  { apiVersion, kind, metadata }: Manifest,
  beside: readonly RenderedResource[],
  namespace: string,
): boolean {
  if (error instanceof KubeError) {
    const isMade = ({ manifest: other }: RenderedResource) =>
      other.kind === 'Namespace' && other.metadata.name === metadata.namespace;
    return error.status.code === 404 && (metadata.namespace === namespace || beside.some(isMade));
  }
  if (!(error instanceof RockpoolError) || error.failures[0]?.code !== 'UNKNOWN_KIND') return false;
  return beside.some(({ manifest }) => definesKind(manifest, apiVersion, kind));
}
