import type { V1EndpointSlice } from '@kubernetes/client-node';
import type { Wire } from '../../../kube/kube-object.ts';
import type { StoredObject } from '../../api/objects/stored-object.ts';
import type { Service } from '../objects.ts';
import { controllerReference } from '../owners.ts';
import type { EndpointGroup, Member } from './endpoint-groups.ts';

export type Slice = StoredObject & Wire<Omit<V1EndpointSlice, 'apiVersion' | 'kind' | 'metadata'>>;

/** A new EndpointSlice of a Service. Pure. */
export function sliceObject(service: Service, { ports, members }: EndpointGroup) {
  const { name, labels } = service.metadata;
  const headless = service.spec?.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
  return {
    metadata: {
      generateName: `${name}-`,
      labels: {
        ...{ ...labels, ...headless, 'kubernetes.io/service-name': name },
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [controllerReference(service)],
    },
    addressType: 'IPv4',
    endpoints: members.map((member) => endpointOf(service, member)),
    ports,
  };
}

function endpointOf({ metadata: { name: service } }: Service, member: Member) {
  const { pod, address, ready, serving, terminating } = member;
  const { hostname, subdomain, nodeName } = pod.spec ?? {};
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
    ...(hostname !== undefined && subdomain === service ? { hostname } : {}),
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: targetOf(member),
  };
}

/** The same as Endpoints list it: without those that are ending. Pure. */
export function subsetsOf({ spec }: Service, groups: readonly EndpointGroup[]) {
  return groups.flatMap(({ ports, members }) => {
    const listed = members.filter(
      ({ terminating }) => !terminating || spec?.publishNotReadyAddresses === true,
    );
    if (listed.length === 0) return [];
    const addresses = listed.filter(({ ready }) => ready).map(addressOf);
    const notReadyAddresses = listed.filter(({ ready }) => !ready).map(addressOf);
    return [
      {
        ...(addresses.length > 0 ? { addresses } : {}),
        ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
        ports: ports.map(({ name, ...port }) => (name === '' ? port : { name, ...port })),
      },
    ];
  });
}

function addressOf(member: Member) {
  const { nodeName } = member.pod.spec ?? {};
  return { ip: member.address, ...(nodeName === undefined ? {} : { nodeName }), targetRef: targetOf(member) };
}

function targetOf({ pod }: Member) {
  const { name, namespace, uid } = pod.metadata;
  return { kind: 'Pod', name, ...(namespace === undefined ? {} : { namespace }), uid };
}
