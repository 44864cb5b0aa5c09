import type { ContainerSpec, ImageConfig } from '../../runtime/runtime.ts';
import { containerVariables, type Sources } from '../environment/container-variables.ts';
import { expand } from '../environment/expand.ts';
import { serviceVariables } from '../environment/service-variables.ts';
import { CONFIG_MAPS, type Container, type Pod, SECRETS } from '../objects.ts';
import type { PodTools } from '../pod-tools.ts';
import { mountsOf } from '../volumes/mount-volumes.ts';
import { containerCommand } from './command.ts';

export interface PodPlace {
  readonly address: string;
  readonly namesFolder: string;
  /** of its volumes, by name */
  readonly folders: ReadonlyMap<string, string>;
}

/** A container as the runtime is to start it. Rejects with a ConfigError or a MountError. */
export async function prepareContainer(
  tools: Pick<PodTools, 'capacity' | 'objects' | 'servicesOf'>,
  pod: Pod,
  container: Container,
  { image, restarts, place }: { image: ImageConfig; restarts: number; place: PodPlace },
): Promise<Omit<ContainerSpec, 'onLine'>> {
  const env = containerVariables(container, sourcesOf(tools, pod));
  const command = containerCommand(container, image, env);
  return {
    ...{ name: `${pod.metadata.uid}/${container.name}/${restarts}`, image, command, env },
    workingDir: container.workingDir || image.workingDir || '/',
    mounts: await mountsOf(expandedPaths(container, env), place.folders),
    ...{ address: place.address, namesFolder: place.namesFolder },
    hostname: pod.spec?.hostname ?? pod.metadata.name,
    ports: portsOf(container),
  };
}

function sourcesOf(
  { objects, capacity, servicesOf }: Pick<PodTools, 'capacity' | 'objects' | 'servicesOf'>,
  pod: Pod,
): Sources {
  const { namespace = 'default' } = pod.metadata;
  const isTold = pod.spec?.enableServiceLinks !== false;
  return {
    ...{ pod, capacity },
    services: isTold ? serviceVariables(servicesOf(namespace)) : {},
    configMap: (name) => objects.get(CONFIG_MAPS, namespace, name),
    secret: (name) => objects.get(SECRETS, namespace, name),
  };
}

function expandedPaths(container: Container, env: Readonly<Record<string, string>>): Container {
  const volumeMounts = container.volumeMounts?.map(({ subPathExpr, ...mount }) =>
    subPathExpr ? { ...mount, subPath: expand(subPathExpr, env) } : mount,
  );
  return { ...container, ...(volumeMounts ? { volumeMounts } : {}) };
}

const portsOf = ({ ports = [] }: Container): number[] =>
  ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP').map(({ containerPort }) => containerPort);
