import { builtinKinds } from '../kube/builtin-kinds.ts';
import { apiVersionOf } from '../kube/kube-path.ts';
import { groupOf, isMap, type Manifest, valueAt } from './manifest.ts';

/** What the cluster says: whether objects of a kind live in namespaces; undefined when it does not know the kind. */
export type ScopeOf = (apiVersion: string, kind: string) => Promise<boolean | undefined>;

/** Further kinds of Kubernetes 1.36 and of widely used CRDs that live outside namespaces, for when no cluster is asked. */
const clusterScoped = new Set([
  'admissionregistration.k8s.io/MutatingAdmissionPolicy',
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
  'apiregistration.k8s.io/APIService',
  'certificates.k8s.io/CertificateSigningRequest',
  'certificates.k8s.io/ClusterTrustBundle',
  'cert-manager.io/ClusterIssuer',
  'flowcontrol.apiserver.k8s.io/FlowSchema',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
  'gateway.networking.k8s.io/GatewayClass',
  'networking.k8s.io/IPAddress',
  'networking.k8s.io/ServiceCIDR',
  'node.k8s.io/RuntimeClass',
  'resource.k8s.io/DeviceClass',
  'resource.k8s.io/DeviceTaintRule',
  'resource.k8s.io/ResourceSlice',
  'storage.k8s.io/CSINode',
  'storage.k8s.io/VolumeAttributesClass',
  'storagemigration.k8s.io/StorageVersionMigration',
]);

const builtin = new Map(
  builtinKinds.map((type) => [`${groupOf(apiVersionOf(type))}/${type.kind}`, type.namespaced]),
);

/**
 * Whether objects of a kind live in namespaces: as Kubernetes has it, else as the CRDs among the manifests say, else
 * as the cluster does. A kind that nobody knows is taken to live in one, as most do.
 */
export function scopes(
  manifests: readonly Manifest[],
  cluster?: ScopeOf,
): (manifest: Manifest) => Promise<boolean> {
  const defined = new Map(manifests.flatMap(definedKind));
  return async ({ apiVersion, kind }) => {
    const key = `${groupOf(apiVersion)}/${kind}`;
    const known = builtin.get(key) ?? defined.get(key) ?? (clusterScoped.has(key) ? false : undefined);
    return known ?? (await cluster?.(apiVersion, kind)) ?? true;
  };
}

function definedKind(manifest: Manifest): readonly (readonly [string, boolean])[] {
  if (manifest.kind !== 'CustomResourceDefinition' || !isMap(manifest.spec)) return [];
  const { group, scope } = manifest.spec;
  return [[`${group}/${valueAt(manifest.spec, ['names', 'kind'])}`, scope === 'Namespaced']];
}
