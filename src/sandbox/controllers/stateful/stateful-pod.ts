import { podFrom } from '../made-pods.ts';
import type { PersistentVolumeClaim, Pod, PodTemplate, StatefulSet } from '../objects.ts';
import { controllerReference } from '../owners.ts';

/** A pod of a StatefulSet, by its number. Pure. @param revision the name of the revision that the template is of */
export function statefulPod(
  set: StatefulSet,
  ordinal: number,
  { revision, template }: { readonly revision: string; readonly template: PodTemplate },
): object {
  const name = podName(set, ordinal);
  const labels = {
    'apps.kubernetes.io/pod-index': String(ordinal),
    'controller-revision-hash': revision,
    'statefulset.kubernetes.io/pod-name': name,
  };
  const pod = podFrom(template, set, { name, labels });
  const { spec = template.spec } = pod as { spec?: PodTemplate['spec'] };
  const own = claimsOf(set, ordinal).map(({ template: volume, name: claimName }) => ({
    ...{ name: volume, persistentVolumeClaim: { claimName } },
  }));
  const others = (spec?.volumes ?? []).filter((volume) =>
    own.every(({ name: taken }) => taken !== volume.name),
  );
  const subdomain = set.spec?.serviceName;
  return {
    ...pod,
    spec: {
      ...spec,
      ...{ hostname: name, volumes: [...own, ...others] },
      ...(subdomain === undefined || subdomain === '' ? {} : { subdomain }),
    },
  };
}

interface ClaimName {
  readonly template: string;
  readonly name: string;
}

/** The claims of one of its pods, by the volume that each is for. Pure. */
export function claimsOf(set: StatefulSet, ordinal: number): readonly ClaimName[] {
  return (set.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => {
    const template = metadata?.name ?? '';
    return { template, name: `${template}-${podName(set, ordinal)}` };
  });
}

/** A claim of one of its pods, labelled so that it is found as the StatefulSet's. Pure. */
export function claimObject(set: StatefulSet, { template, name }: ClaimName): object {
  const found = set.spec?.volumeClaimTemplates?.find(({ metadata }) => metadata?.name === template);
  const { labels, annotations } = found?.metadata ?? {};
  const isDeleted = set.spec?.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete';
  return {
    metadata: {
      name,
      labels: { ...labels, ...set.spec?.selector?.matchLabels },
      ...(annotations ? { annotations } : {}),
      ...(isDeleted ? { ownerReferences: [controllerReference(set)] } : {}),
    },
    spec: found?.spec,
  };
}

/** What makes a claim go with a pod that is not to come back, and not with its StatefulSet any more. Pure. */
export function goingWith(pod: Pod, set: StatefulSet, { metadata }: PersistentVolumeClaim): object {
  const { apiVersion, kind, metadata: owner } = pod;
  const others = (metadata.ownerReferences ?? []).filter(({ uid }) => uid !== set.metadata.uid);
  const reference = { apiVersion, kind, name: owner.name, uid: owner.uid };
  return { metadata: { ownerReferences: [...others, reference] } };
}

function podName({ metadata }: StatefulSet, ordinal: number): string {
  return `${metadata.name}-${ordinal}`;
}
