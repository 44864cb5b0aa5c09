import type { Discovery } from '../kube/discovery.ts';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import { getResource } from '../kube/resources.ts';
import type { Applied } from '../kube/server-side-apply.ts';
import type { ResourceKey } from '../session/observed.ts';
import type { AdoptionNote } from './adopt-resource.ts';
import { applyOver, isOutdated } from './apply-over.ts';
import type { Autoscaled } from './autoscaled.ts';
import { unlessDeleting } from './await-deletion.ts';
import { isCrd, untilEstablished } from './await-established.ts';
import { immutableFields, isImmutableError, isReplaceable } from './immutable.ts';
import { definesKind, type Manifest } from './manifest.ts';
import { misfitClaims } from './misfit-claims.ts';
import { NotOursError } from './not-ours.ts';
import { placeOf } from './object-place.ts';
import { ownerOf } from './ownership.ts';
import { isChangedJob, takeAway } from './replace-resource.ts';
import { listed } from './resolve-conflict.ts';
import { passing, retry } from './retry-apply.ts';

export interface ApplyResourceOptions {
  readonly client: Pick<KubeClient, 'request'>;
  readonly discovery: Discovery;
  /** name of the project */
  readonly app: string;
  /** the session's */
  readonly namespace: string;
  readonly signal: AbortSignal;
  /** what is applied in the same run: kinds that a CRD among it defines take a moment to be served */
  readonly beside: readonly { readonly manifest: Manifest }[];
  /** whether an object that others made may be taken over */
  readonly mayAdopt: (key: ResourceKey) => boolean;
  /** whether an object of ours with a changed immutable field is deleted and made anew */
  readonly force?: boolean;
  /** workloads whose count an HPA sets */
  readonly autoscaled?: Autoscaled;
  /** admission webhooks that the project itself brings */
  readonly webhooks?: ReadonlySet<string>;
  /** told in words when something has to be waited for */
  readonly onWait?: (reason: string) => void;
  /** what becomes of fields that are there twice, or unknown to a CRD; default: Strict, they are refused */
  readonly fieldValidation?: 'Strict' | 'Warn';
  /** the apiserver does everything but write: nothing is adopted, deleted or made anew */
  readonly dryRun?: boolean;
}

export interface AppliedResource extends Pick<Applied, 'outcome' | 'warnings' | 'object' | 'before'> {
  /** set when it was taken over just now */
  readonly adopted?: AdoptionNote;
}

const NONE: ReadonlySet<string> = new Set();
/** ms that the apiserver gets to serve the kind of a new CRD */
const CRD_PATIENCE = 30_000;
/** Objects that change all the time are read and forced this often, before the conflict is told. */
const TRIES = 5;

/**
 * Applies one manifest, its fields checked strictly unless told otherwise. What people changed by hand on an object of the project is taken
 * back with a warning, controllers' fields never (resolve-conflict.ts). An object that others made is taken over if it
 * may be, after how it was is kept; else a NotOursError says whose it is. A Job of ours whose template changed is
 * deleted and made anew, since no Job can be changed. What is being deleted is waited for, and what a refusal that may
 * pass needs: the service account of a new namespace, a webhook of the project itself, a CRD that is served.
 * Rejects as applyManifest and Discovery do.
 */
export async function applyResource(
  { key, manifest }: { readonly key: ResourceKey; readonly manifest: Manifest },
  options: ApplyResourceOptions,
): Promise<AppliedResource> {
  const { discovery, signal, beside } = options;
  const patience = beside.some((other) => definesKind(other.manifest, manifest.apiVersion, manifest.kind))
    ? CRD_PATIENCE
    : 0;
  const type = await discovery.find(manifest.apiVersion, manifest.kind, { patience, signal });
  const attempt = () => applyOnce(key, manifest, type, options);
  try {
    return await attempt();
  } catch (error) {
    if (options.dryRun || !(error instanceof KubeError)) throw error;
    if (isImmutableError(error)) return replace(manifest, type, error, attempt, options);
    const { webhooks = NONE } = options;
    const pass = passing(manifest, error, webhooks);
    if (!pass) throw error;
    if (pass.reason !== undefined) options.onWait?.(pass.reason);
    const isTemporary = (again: unknown) => passing(manifest, again, webhooks) !== undefined;
    return retry(attempt, isTemporary, { signal, patience: pass.patience });
  }
}

/** Deleted and made anew: a Job unasked, anything else with force, volume claims and what others made never. */
async function replace(
  manifest: Manifest,
  type: ResourceType,
  error: KubeError,
  attempt: () => Promise<AppliedResource>,
  options: ApplyResourceOptions,
): Promise<AppliedResource> {
  const isUnasked = isChangedJob(manifest, error);
  const mayReplace = isUnasked || (options.force && isReplaceable(manifest));
  if (!mayReplace || !(await takeAway(manifest, type, options))) throw error;
  const made = await attempt();
  const why = `deleted and made anew: ${listed(immutableFields(error))} cannot be changed`;
  return { ...made, outcome: 'changed', warnings: [...made.warnings, ...(isUnasked ? [] : [why])] };
}

/** Whoever changes the object between a look and a write may be a controller: then it is looked at anew. */
async function applyOnce(
  key: ResourceKey,
  manifest: Manifest,
  type: ResourceType,
  options: ApplyResourceOptions,
): Promise<AppliedResource> {
  const { client, app, signal } = options;
  for (let tried = 1; ; tried++) {
    const read = () => getResource(client, type, placeOf(manifest), signal);
    const live = options.dryRun ? await read() : await unlessDeleting(manifest, read, options);
    const owner = ownerOf(live, app);
    if (owner.kind === 'app' || (owner.kind === 'others' && !options.mayAdopt(key))) {
      throw new NotOursError(owner);
    }
    try {
      const applied = await applyOver(manifest, live, owner, type, options);
      if (isCrd(manifest) && !options.dryRun) await untilEstablished(manifest, read, signal);
      return await withMisfits(applied, manifest, options);
    } catch (error) {
      if (tried >= TRIES || !isOutdated(error)) throw error;
    }
  }
}

/** A StatefulSet made anew finds the volume claims of an earlier one. */
async function withMisfits(
  applied: AppliedResource,
  manifest: Manifest,
  options: ApplyResourceOptions,
): Promise<AppliedResource> {
  if (applied.outcome !== 'created' || options.dryRun) return applied;
  return { ...applied, warnings: [...applied.warnings, ...(await misfitClaims(manifest, options))] };
}
