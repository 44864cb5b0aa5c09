import { servingRefs } from '../diagnosis/serving-refs.ts';
import { cleanText } from '../logs/clean-text.ts';
import type { Hold } from '../session/effect.ts';
import type { PodObserved, ResourceKey, WorkloadObserved } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { ForwardState, ImageState, SessionState } from '../session/state.ts';
import { formatSpan } from './duration.ts';
import { forwardAddress } from './forward-address.ts';
import { type GenerationView, generationView } from './generations.ts';
import { leadImages } from './lead-images.ts';
import { imageState, type RowState, type WorkloadFacts, workloadState } from './row-state.ts';

/** A line of the overview: a workload, or an image that no workload runs. */
export interface Row {
  /** the workload's resource key, or `Image//name` */
  readonly id: string;
  /** unique on screen */
  readonly name: string;
  readonly kind: string;
  readonly namespace: string;
  readonly state: RowState;
  readonly generation: GenerationView;
  /** ready and wanted: "2/3"; empty before it was seen, for an image, a CronJob and a Job that is done */
  readonly pods: string;
  readonly restarts: number;
  /** since its last change: "12 s" */
  readonly since: string;
  readonly forwards: readonly string[];
  /** images of the project that it stands for, to be rebuilt with it */
  readonly images: readonly string[];
}

/** Whether a row serves, be it an older generation: all its pods are ready, or it has nothing to do. Pure. */
export function isUp({ pods, state }: Row): boolean {
  const [ready, desired] = pods.split('/');
  return state.severity === 'ok' || (pods !== '' && ready !== '0' && ready === desired);
}

/** The line of a workload. Pure. @param name what to call it */
export function workloadRow(facts: WorkloadFacts, name: string): Row {
  const { key, state, images, pods, now } = facts;
  const { kind, namespace } = resourceParts(key);
  const workload = state.workloads[key];
  const containers = pods.flatMap((pod) => pod.containers).filter((container) => container.kind === 'app');
  return {
    id: key,
    name,
    kind,
    namespace,
    state: clean(workloadState(facts)),
    generation: leadGeneration(facts),
    pods: podCount(kind, workload),
    restarts: containers.reduce((sum, { restarts }) => sum + restarts, 0),
    since: since([workload?.since, state.resources[key]?.appliedAt, ...images.map(lastChange)], now),
    forwards: Object.values(state.forwards).flatMap((forward) => addressOf(forward, key, state)),
    images: images.map((image) => image.name),
  };
}

/** The line of an image that no workload runs: what is built of it stands for what is live. Pure. */
export function imageRow(image: ImageState, holds: readonly Hold[], now: number): Row {
  const { built } = image;
  const { next } = generationView(image, [], now);
  const coming = next && next.doing !== 'built' ? { next } : {};
  return {
    id: `Image//${image.name}`,
    name: image.name,
    kind: 'Image',
    namespace: '',
    state: clean(imageState(image, holds, now)),
    generation: { ...(built ? { live: String(built.generation) } : {}), ...coming },
    pods: '',
    restarts: 0,
    since: since([lastChange(image)], now),
    forwards: [],
    images: [image.name],
  };
}

function clean({ words, severity }: RowState): RowState {
  return { words: cleanText(words).replaceAll('\n', ' '), severity };
}

/** What of its pods runs no more is not missing. */
function podCount(kind: string, workload: WorkloadObserved | undefined): string {
  if (!workload || kind === 'CronJob' || (kind === 'Job' && workload.rollout === 'complete')) return '';
  return `${workload.ready}/${workload.desired}`;
}

/** The generations of the lead image on which something is under way, else of the first one. */
function leadGeneration({ key, state, images, pods, now }: WorkloadFacts): GenerationView {
  const serving = servingRefs(state, key, pods);
  const views = leadImages(images, pods).map((image) => generationView(image, serving, now));
  return views.find(({ next }) => next !== undefined) ?? views[0] ?? {};
}

function lastChange({ changedAt, build, built, failed }: ImageState): number {
  return Math.max(changedAt, build?.startedAt ?? 0, built?.at ?? 0, failed?.at ?? 0);
}

function since(times: readonly (number | undefined)[], now: number): string {
  const last = Math.max(0, ...times.map((time) => time ?? 0));
  return last === 0 ? '' : formatSpan(now - last);
}

function addressOf({ spec, port }: ForwardState, key: ResourceKey, state: SessionState): string[] {
  const { kind, namespace, name } = resourceParts(key);
  if (port === undefined || spec.namespace !== namespace) return [];
  const leadsHere =
    spec.kind === 'service'
      ? isServed(spec.name, key, state)
      : spec.kind === kind.toLowerCase() && spec.name === name;
  return leadsHere ? [forwardAddress(spec, port)] : [];
}

/** Whether a Service leads to pods of the workload; as long as it leads nowhere, whether they are named alike. */
function isServed(service: string, key: ResourceKey, state: SessionState): boolean {
  const { namespace, name } = resourceParts(key);
  const selector = state.services[`${namespace}/${service}`]?.selector;
  const served = Object.values(state.pods).filter((pod) => isSelected(selector, pod));
  return served.length === 0 ? service === name : served.some((pod) => pod.owner === key);
}

function isSelected(selector: Readonly<Record<string, string>> | undefined, pod: PodObserved): boolean {
  const labels = Object.entries(selector ?? {});
  return labels.length > 0 && labels.every(([label, value]) => pod.labels[label] === value);
}
