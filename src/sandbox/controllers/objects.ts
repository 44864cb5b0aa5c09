import type {
  V1ControllerRevision,
  V1CronJob,
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodTemplateSpec,
  V1ReplicaSet,
  V1Service,
  V1StatefulSet,
} from '@kubernetes/client-node';
import type { Wire } from '../../kube/kube-object.ts';
import { builtinKind } from '../api/kinds.ts';
import type { StoredObject } from '../api/objects/stored-object.ts';

/** An object of the sandbox, with the fields of its kind. */
type Of<T> = StoredObject & Wire<Omit<T, 'apiVersion' | 'kind' | 'metadata'>>;

export type ControllerRevision = Of<V1ControllerRevision>;
export type CronJob = Of<V1CronJob>;
export type DaemonSet = Of<V1DaemonSet>;
export type Deployment = Of<V1Deployment>;
export type Job = Of<V1Job>;
export type Node = Of<V1Node>;
export type PersistentVolume = Of<V1PersistentVolume>;
export type PersistentVolumeClaim = Of<V1PersistentVolumeClaim>;
export type Pod = Of<V1Pod>;
export type PodTemplate = Wire<V1PodTemplateSpec>;
export type ReplicaSet = Of<V1ReplicaSet>;
export type Service = Of<V1Service>;
export type StatefulSet = Of<V1StatefulSet>;

export const CONFIG_MAPS = builtinKind('', 'configmaps');
export const CONTROLLER_REVISIONS = builtinKind('apps', 'controllerrevisions');
export const CRON_JOBS = builtinKind('batch', 'cronjobs');
export const DAEMON_SETS = builtinKind('apps', 'daemonsets');
export const DEPLOYMENTS = builtinKind('apps', 'deployments');
export const ENDPOINTS = builtinKind('', 'endpoints');
export const ENDPOINT_SLICES = builtinKind('discovery.k8s.io', 'endpointslices');
export const EVENTS = builtinKind('', 'events');
export const JOBS = builtinKind('batch', 'jobs');
export const NAMESPACES = builtinKind('', 'namespaces');
export const NODES = builtinKind('', 'nodes');
export const PERSISTENT_VOLUMES = builtinKind('', 'persistentvolumes');
export const PERSISTENT_VOLUME_CLAIMS = builtinKind('', 'persistentvolumeclaims');
export const PODS = builtinKind('', 'pods');
export const REPLICA_SETS = builtinKind('apps', 'replicasets');
export const SERVICES = builtinKind('', 'services');
export const SERVICE_ACCOUNTS = builtinKind('', 'serviceaccounts');
export const STATEFUL_SETS = builtinKind('apps', 'statefulsets');
export const STORAGE_CLASSES = builtinKind('storage.k8s.io', 'storageclasses');
