import type { StoredObject } from '../../api/objects/stored-object.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../objects.ts';
import { quantity } from '../scheduling/quantity.ts';

/** Who makes volumes of the class `standard`. */
export const PROVISIONER = 'rockpool.dev/sandbox-folder';

/** The class that claims have which name none. */
export const STANDARD_CLASS = {
  metadata: {
    name: 'standard',
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: PROVISIONER,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate',
};

/** What a claim gets. */
export interface Provision {
  /** a volume that is there */
  readonly bound?: PersistentVolume;
  /** one to be made */
  readonly volume?: object;
  readonly told?: readonly ['Normal' | 'Warning', reason: string, message: string];
}

export interface Storage {
  readonly volumes: readonly PersistentVolume[];
  readonly classes: readonly (StoredObject & { readonly provisioner: string })[];
  /** of the folder, should one be made */
  readonly path: string;
}

/** A volume for a claim: one that fits and nobody has, else a new folder, else why there is none. Pure. */
export function provision(claim: PersistentVolumeClaim, { volumes, classes, path }: Storage): Provision {
  const wanted = claim.spec?.storageClassName ?? '';
  const bound = volumes.find((volume) => fits(claim, volume));
  if (bound) return { bound };
  if (claim.spec?.volumeName) return {};
  const found = classes.find(({ metadata }) => metadata.name === wanted);
  if (wanted === '') {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    return { told: ['Normal', 'FailedBinding', message] };
  }
  if (!found)
    return { told: ['Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${wanted}" not found`] };
  if (found.provisioner !== PROVISIONER) {
    const message = `Waiting for a volume to be created either by the external provisioner '${found.provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
    return { told: ['Normal', 'ExternalProvisioning', message] };
  }
  const name = `pvc-${claim.metadata.uid}`;
  return {
    volume: volumeFor(claim, name, path),
    told: ['Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`],
  };
}

/** Whether a volume is meant for a claim, or is free and does what it asks for. */
function fits(claim: PersistentVolumeClaim, { metadata, spec, status }: PersistentVolume): boolean {
  const { uid, name, namespace } = claim.metadata;
  const owner = spec?.claimRef;
  if (owner?.uid !== undefined) return owner.uid === uid;
  const isMeant = owner?.name === name && owner.namespace === namespace;
  if ((owner && !isMeant) || status?.phase === 'Released') return false;
  const { volumeName, storageClassName = '', accessModes = [], resources } = claim.spec ?? {};
  if (volumeName !== undefined && volumeName !== metadata.name) return false;
  const asked = quantity(resources?.requests?.storage ?? 0) ?? 0;
  return (
    (spec?.storageClassName ?? '') === storageClassName &&
    accessModes.every((mode) => spec?.accessModes?.includes(mode)) &&
    (quantity(spec?.capacity?.storage ?? 0) ?? 0) >= asked
  );
}

function volumeFor(claim: PersistentVolumeClaim, name: string, path: string): object {
  const { accessModes, resources, storageClassName, volumeMode } = claim.spec ?? {};
  return {
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': PROVISIONER } },
    spec: {
      ...{ accessModes, storageClassName, volumeMode, persistentVolumeReclaimPolicy: 'Delete' },
      capacity: { storage: resources?.requests?.storage },
      hostPath: { path, type: 'DirectoryOrCreate' },
    },
  };
}
