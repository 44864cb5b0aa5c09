import type {
  V1ConfigMap,
  V1Container,
  V1ContainerStatus,
  V1EndpointSlice,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodStatus,
  V1Probe,
  V1Secret,
  V1Service,
  V1Volume,
} from '@kubernetes/client-node';
import type { Wire } from '../../kube/kube-object.ts';
import { builtinKind } from '../api/kinds.ts';
import type { StoredObject } from '../api/objects/stored-object.ts';

/** An object of the sandbox, with the fields of its kind. */
type Of<T> = StoredObject & Wire<Omit<T, 'apiVersion' | 'kind' | 'metadata'>>;

export type ConfigMap = Of<V1ConfigMap>;
export type EndpointSlice = Of<V1EndpointSlice>;
export type PersistentVolume = Of<V1PersistentVolume>;
export type PersistentVolumeClaim = Of<V1PersistentVolumeClaim>;
export type Pod = Of<V1Pod>;
export type Secret = Of<V1Secret>;
export type Service = Of<V1Service>;

export type Container = Wire<V1Container>;
export type ContainerStatus = Wire<V1ContainerStatus>;
export type PodStatus = Wire<V1PodStatus>;
export type Probe = Wire<V1Probe>;
export type Volume = Wire<V1Volume>;

export const CONFIG_MAPS = builtinKind('', 'configmaps');
export const ENDPOINT_SLICES = builtinKind('discovery.k8s.io', 'endpointslices');
export const NODES = builtinKind('', 'nodes');
export const PERSISTENT_VOLUMES = builtinKind('', 'persistentvolumes');
export const PERSISTENT_VOLUME_CLAIMS = builtinKind('', 'persistentvolumeclaims');
export const PODS = builtinKind('', 'pods');
export const SECRETS = builtinKind('', 'secrets');
export const SERVICES = builtinKind('', 'services');

/** The one node. */
export const NODE = 'sandbox';
