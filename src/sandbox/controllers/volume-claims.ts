import { seconds } from '../api/objects/prepare.ts';
import type { StoredObject } from '../api/objects/stored-object.ts';
import { type Controller, keyOf, type Tools } from './controller.ts';
import {
  PERSISTENT_VOLUME_CLAIMS,
  PERSISTENT_VOLUMES,
  type PersistentVolume,
  type PersistentVolumeClaim,
  PODS,
  type Pod,
  STORAGE_CLASSES,
} from './objects.ts';
import { PROVISIONER, type Provision, provision } from './volumes/provision.ts';

const PROTECTION = 'kubernetes.io/pvc-protection';

/** The folders of volumes on this machine. */
export interface VolumeFolders {
  /** absolute; it need not be there */
  pathOf(claim: StoredObject): string;
  /** Deletes one that `pathOf` named, with what is in it. */
  discard(path: string): void;
}

/** Gives claims their volumes: folders of this machine, which go when their claim does. */
export function createVolumeController(tools: Tools, folders: VolumeFolders): Controller {
  const { objects } = tools;
  return {
    kind: PERSISTENT_VOLUME_CLAIMS,
    concerns: [
      { kind: STORAGE_CLASSES, keysOf: () => objects.list(PERSISTENT_VOLUME_CLAIMS).map(keyOf) },
      { kind: PERSISTENT_VOLUMES, keysOf: () => objects.list(PERSISTENT_VOLUME_CLAIMS).map(keyOf) },
      { kind: PODS, keysOf: (pod) => claimsOf(pod as Pod) },
    ],
    sync({ namespace, name }) {
      const claim = objects.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, namespace, name);
      releaseOthers(tools, folders, namespace, name, claim?.metadata.uid);
      if (!claim) return undefined;
      if (claim.metadata.deletionTimestamp !== undefined) letGo(tools, claim);
      else if (claim.status?.phase !== 'Bound') bind(tools, folders, claim);
      return undefined;
    },
  };
}

function claimsOf({ metadata: { namespace = '' }, spec }: Pod) {
  return (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
    claim ? [{ namespace, name: claim.claimName }] : [],
  );
}

function bind(tools: Tools, folders: VolumeFolders, claim: PersistentVolumeClaim): void {
  const { objects } = tools;
  const volumes = objects.list<PersistentVolume>(PERSISTENT_VOLUMES);
  const classes = objects.list<StoredObject & { provisioner: string }>(STORAGE_CLASSES);
  const plan = provision(claim, { volumes, classes, path: folders.pathOf(claim) });
  if (plan.told) tell(tools, claim, plan.told);
  if (!plan.bound && !plan.volume) return;
  const volume =
    plan.bound ?? objects.create<PersistentVolume>(PERSISTENT_VOLUMES, '', plan.volume as object);
  const { name, namespace, uid } = claim.metadata;
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid };
  const owned = objects.patch<PersistentVolume>(PERSISTENT_VOLUMES, volume, { spec: { claimRef } });
  const at = seconds(new Date(tools.now()));
  const bound = { phase: 'Bound', lastPhaseTransitionTime: at };
  objects.updateStatus(PERSISTENT_VOLUMES, { ...owned, status: bound } as PersistentVolume);
  const annotations = {
    'pv.kubernetes.io/bind-completed': 'yes',
    'pv.kubernetes.io/bound-by-controller': 'yes',
  };
  const named = objects.patch<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, claim, {
    metadata: { annotations: plan.volume ? { ...annotations, ...PROVISIONED } : annotations },
    spec: { volumeName: volume.metadata.name },
  });
  const { accessModes, capacity } = volume.spec ?? {};
  objects.updateStatus(PERSISTENT_VOLUME_CLAIMS, {
    ...named,
    status: { phase: 'Bound', accessModes, capacity } as NonNullable<PersistentVolumeClaim['status']>,
  });
}

const PROVISIONED = {
  'volume.beta.kubernetes.io/storage-provisioner': PROVISIONER,
  'volume.kubernetes.io/storage-provisioner': PROVISIONER,
};

function tell(
  { record }: Tools,
  claim: PersistentVolumeClaim,
  [type, reason, message]: NonNullable<Provision['told']>,
) {
  record(claim, type, reason, message);
}

/** A claim that a pod uses stays until that has gone; one that no node has taken yet uses nothing. */
function letGo({ objects }: Tools, claim: PersistentVolumeClaim): void {
  const { namespace, name, finalizers = [] } = { ...claim.metadata, ...keyOf(claim) };
  const isUsed = objects
    .list<Pod>(PODS, namespace)
    .some((pod) => pod.spec?.nodeName !== undefined && claimsOf(pod).some((used) => used.name === name));
  if (isUsed || !finalizers.includes(PROTECTION)) return;
  const kept = finalizers.filter((finalizer) => finalizer !== PROTECTION);
  objects.patch(PERSISTENT_VOLUME_CLAIMS, claim, { metadata: { finalizers: kept } });
}

/** Volumes that were of a claim of this name that has gone. */
function releaseOthers(
  { objects }: Tools,
  folders: VolumeFolders,
  namespace: string,
  name: string,
  uid: string | undefined,
): void {
  for (const volume of objects.list<PersistentVolume>(PERSISTENT_VOLUMES)) {
    const { claimRef, persistentVolumeReclaimPolicy: policy, hostPath } = volume.spec ?? {};
    if (claimRef?.namespace !== namespace || claimRef.name !== name) continue;
    if (claimRef.uid === undefined || claimRef.uid === uid) continue;
    const isOurs = volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by'] === PROVISIONER;
    if (isOurs && policy === 'Delete') {
      if (hostPath) folders.discard(hostPath.path);
      objects.delete(PERSISTENT_VOLUMES, volume);
    } else if (volume.status?.phase !== 'Released')
      objects.updateStatus(PERSISTENT_VOLUMES, { ...volume, status: { phase: 'Released' } });
  }
}
