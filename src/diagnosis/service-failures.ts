import type { Failure } from '../session/failure.ts';
import { nearestNames } from '../session/nearest-names.ts';
import type { PodObserved, ServiceObserved } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { SessionState } from '../session/state.ts';
import { placeOf } from './places.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * Services of the session that lead nowhere, because no pod has the labels of their selector, or none of the pods has
 * the port. Told when all that was applied is there, so that a Service which is there before its pods is none. Pods
 * that are not ready are told of themselves. Pure.
 */
export function serviceFailures(state: SessionState): readonly Failure[] {
  if (!isSettled(state)) return [];
  return Object.values(state.services).flatMap((service) => {
    const key = `Service/${service.namespace}/${service.name}`;
    return key in state.resources ? (noPods(state, key, service) ?? wrongPorts(state, key, service)) : [];
  });
}

/** Everything is applied that can be, and what was applied was seen. */
export function isSettled({ deploy, resources, workloads }: SessionState): boolean {
  const { generation, done, failedGeneration } = deploy;
  if (generation > done && generation !== failedGeneration) return false;
  return Object.values(resources).every(({ key, heldFor, revision }) => {
    if (heldFor !== undefined) return false;
    if (!rolled.has(resourceParts(key).kind)) return true;
    return (workloads[key]?.revision ?? -1) >= (revision ?? 0);
  });
}

const rolled = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job']);

function noPods(state: SessionState, key: string, service: ServiceObserved): Failure[] | undefined {
  const { selector, namespace, name } = service;
  if (!selector) return [];
  const candidates = labelled(state, namespace);
  if (candidates.some(({ labels }) => fits(selector, labels))) return undefined;
  const at = placeOf(state, key, ['selector']);
  const near = nearest(selector, candidates);
  const told = near ? ` The nearest is ${near.what}, which has ${labelText(near.labels, selector)}.` : '';
  return [
    {
      code: 'SERVICE_SELECTS_NOTHING',
      subject: key,
      message: `Service ${name} leads nowhere: no pod has the labels of its selector, ${text(selector)}.${told}`,
      hint: 'Make the selector and the labels of the pod template the same.',
      ...(at ? { at } : {}),
    },
  ];
}

interface Labelled {
  /** "Deployment web" */
  readonly what: string;
  readonly labels: Labels;
}

/** What has pods or would have, workloads first. */
function labelled({ workloads, pods }: SessionState, namespace: string): readonly Labelled[] {
  const templates = Object.values(workloads).flatMap(({ key, podLabels }): Labelled[] => {
    const { kind, namespace: own, name } = resourceParts(key);
    return own === namespace && podLabels ? [{ what: `${kind} ${name}`, labels: podLabels }] : [];
  });
  const made = Object.values(pods)
    .filter((pod) => pod.namespace === namespace && !pod.deleting)
    .map(({ name, labels }) => ({ what: `pod ${name}`, labels }));
  return [...templates, ...made];
}

function fits(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** The one with the most labels alike, by key and value, then by a value that is nearly the same. */
function nearest(selector: Labels, candidates: readonly Labelled[]): Labelled | undefined {
  const score = ({ labels }: Labelled) =>
    Object.entries(selector).reduce((sum, [key, value]) => {
      if (labels[key] === value) return sum + 4;
      if (nearestNames(value, Object.values(labels)).length > 0) return sum + 2;
      return key in labels ? sum + 1 : sum;
    }, 0);
  const ranked = candidates.map((candidate) => ({ candidate, points: score(candidate) }));
  const best = ranked.toSorted((a, b) => b.points - a.points)[0];
  return best && best.points > 0 ? best.candidate : undefined;
}

/** The labels that the selector is about, or are near to it; all when there are few. */
function labelText(labels: Labels, selector: Labels): string {
  const about = Object.entries(labels).filter(
    ([key, value]) => key in selector || nearestNames(value, Object.values(selector)).length > 0,
  );
  return text(Object.fromEntries(about.length > 0 ? about : Object.entries(labels).slice(0, 3)));
}

function text(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** A port by name that no container of any of its pods has. */
function wrongPorts(
  state: SessionState,
  key: string,
  { selector = {}, namespace, name, ports }: ServiceObserved,
): Failure[] {
  const pods = Object.values(state.pods).filter(
    (pod) => pod.namespace === namespace && !pod.deleting && fits(selector, pod.labels),
  );
  if (pods.length === 0) return [];
  return ports.flatMap(({ port, targetPort }): Failure[] => {
    if (typeof targetPort === 'number' || pods.some((pod) => portNames(pod).includes(targetPort))) return [];
    const at = placeOf(state, key, [`targetPort:${port}`]);
    const known = [...new Set(pods.flatMap(portNames))];
    const [near] = nearestNames(targetPort, known);
    const has =
      known.length > 0 ? `their ports are named ${known.join(', ')}` : 'none of their ports has a name';
    return [
      {
        code: 'SERVICE_PORT_MISSING',
        subject: key,
        message: `Service ${name} leads nowhere on port ${port}: its pods have no container port named ${targetPort}; ${has}.`,
        hint:
          near === undefined
            ? 'Name the container port, or set targetPort to its number.'
            : `Did you mean ${near}?`,
        ...(at ? { at } : {}),
      },
    ];
  });
}

function portNames({ containers }: PodObserved): string[] {
  return containers.flatMap(({ ports }) => Object.keys(ports));
}
