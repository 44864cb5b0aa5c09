import type { StoredObject } from '../api/objects/stored-object.ts';
import { type Controller, keyOf, type Tools } from './controller.ts';
import { type EndpointGroup, endpointGroups } from './endpoints/endpoint-groups.ts';
import { type Slice, sliceObject, subsetsOf } from './endpoints/endpoint-objects.ts';
import { fitsSelector } from './fits-selector.ts';
import { ENDPOINT_SLICES, ENDPOINTS, PODS, type Pod, SERVICES, type Service } from './objects.ts';

const MANAGED = 'endpoints.kubernetes.io/managed-by';

/** Lists where the pods of a Service are: EndpointSlices, and Endpoints for those who still read them. */
export function createEndpointsController(tools: Tools): Controller {
  const { objects } = tools;
  return {
    kind: SERVICES,
    concerns: [
      { kind: PODS, keysOf: (pod, before) => servicesOf(tools, pod, before) },
      { kind: ENDPOINT_SLICES, keysOf: (slice) => [{ ...keyOf(slice), name: serviceName(slice) }] },
      { kind: ENDPOINTS, keysOf: (endpoints) => [keyOf(endpoints)] },
    ],
    sync({ namespace, name }) {
      const service = objects.get<Service>(SERVICES, namespace, name);
      if (!service) forget(tools, namespace, name);
      if (!service || service.metadata.deletionTimestamp !== undefined || !hasPods(service)) return undefined;
      const pods = objects
        .list<Pod>(PODS, namespace)
        .filter((pod) => fitsSelector({ matchLabels: service.spec?.selector ?? {} }, pod.metadata.labels));
      const groups = endpointGroups(service, pods);
      keepSlices(tools, service, groups);
      keepEndpoints(tools, service, groups);
      return undefined;
    },
  };
}

function servicesOf({ objects }: Tools, pod: StoredObject, before: StoredObject | undefined) {
  return objects
    .list<Service>(SERVICES, pod.metadata.namespace)
    .filter(({ spec }) =>
      [pod, before].some(
        (one) => one && fitsSelector({ matchLabels: spec?.selector ?? {} }, one.metadata.labels),
      ),
    )
    .map(keyOf);
}

function serviceName({ metadata }: StoredObject): string {
  return metadata.labels?.['kubernetes.io/service-name'] ?? '';
}

/** Without a selector, its endpoints are the user's own. */
function hasPods({ spec }: Service): boolean {
  return spec?.type !== 'ExternalName' && Object.keys(spec?.selector ?? {}).length > 0;
}

function keepSlices({ objects }: Tools, service: Service, groups: readonly EndpointGroup[]): void {
  const { namespace, name } = keyOf(service);
  const left = objects
    .list<Slice>(ENDPOINT_SLICES, namespace)
    .filter((slice) => serviceName(slice) === name && slice.metadata.ownerReferences !== undefined);
  const known = [...left];
  for (const group of groups) {
    const wanted = sliceObject(service, group);
    const slice = known.shift();
    if (!slice) objects.create(ENDPOINT_SLICES, namespace, wanted);
    else objects.update(ENDPOINT_SLICES, { ...slice, endpoints: wanted.endpoints, ports: wanted.ports });
  }
  for (const slice of known) objects.delete(ENDPOINT_SLICES, slice);
}

function keepEndpoints({ objects }: Tools, service: Service, groups: readonly EndpointGroup[]): void {
  const { namespace, name } = keyOf(service);
  const headless = service.spec?.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
  const labels = { ...service.metadata.labels, ...headless, [MANAGED]: 'endpoint-controller' };
  const subsets = subsetsOf(service, groups);
  const known = objects.get(ENDPOINTS, namespace, name);
  const filled = subsets.length > 0 ? { subsets } : {};
  if (!known) {
    objects.create(ENDPOINTS, namespace, { metadata: { name, labels }, ...filled });
    return;
  }
  const { subsets: _, ...rest } = known;
  objects.update(ENDPOINTS, { ...rest, metadata: { ...known.metadata, labels }, ...filled });
}

function forget({ objects }: Tools, namespace: string, name: string): void {
  const endpoints = objects.get(ENDPOINTS, namespace, name);
  if (endpoints?.metadata.labels?.[MANAGED] !== undefined) objects.delete(ENDPOINTS, endpoints);
}
