import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CONFIG_MAPS,
  PERSISTENT_VOLUME_CLAIMS,
  PERSISTENT_VOLUMES,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  SECRETS,
} from './objects.ts';
import type { PodTools } from './pod-tools.ts';
import { mountVolume } from './volumes/mount-volumes.ts';

/** The folder of all that is a pod's own. */
export const podFolder = (dir: string, { metadata }: Pod): string => join(dir, 'pods', metadata.uid);

/**
 * Makes the volumes that a pod's containers mount, or brings their files up to date. Rejects with an error that names
 * the volume in the kubelet's words.
 */
export async function mountVolumes(
  { objects, capacity, dir }: Pick<PodTools, 'objects' | 'capacity' | 'dir'>,
  pod: Pod,
): Promise<ReadonlyMap<string, string>> {
  const { namespace = 'default' } = pod.metadata;
  const sources = {
    ...{ pod, capacity },
    configMap: (name: string) => objects.get(CONFIG_MAPS, namespace, name),
    secret: (name: string) => objects.get(SECRETS, namespace, name),
    claimFolder(name: string) {
      const claim = objects.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, namespace, name);
      const volume = objects.get<PersistentVolume>(PERSISTENT_VOLUMES, '', claim?.spec?.volumeName ?? '');
      return volume?.spec?.hostPath?.path;
    },
  } as Parameters<typeof mountVolume>[2];
  const folders = new Map<string, string>();
  for (const volume of mountedVolumes(pod)) {
    try {
      folders.set(volume.name, await mountVolume(join(podFolder(dir, pod), 'volumes'), volume, sources));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`MountVolume.SetUp failed for volume "${volume.name}" : ${why}`);
    }
  }
  return folders;
}

export const removePodFolder = (dir: string, pod: Pod): Promise<void> =>
  rm(podFolder(dir, pod), { recursive: true, force: true });

/** What no container mounts is not made, as in the kubelet. */
function mountedVolumes({ spec }: Pod) {
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const names = new Set(containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)));
  return (spec?.volumes ?? []).filter(({ name }) => names.has(name));
}
