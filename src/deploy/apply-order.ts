import { groupOf, type Manifest } from './manifest.ts';

/** What is applied before what, as `group/Kind`: each class needs only those before it. */
const classes: readonly (readonly string[])[] = [
  ['/Namespace'],
  ['apiextensions.k8s.io/CustomResourceDefinition'],
  [
    'scheduling.k8s.io/PriorityClass',
    'storage.k8s.io/StorageClass',
    'storage.k8s.io/CSIDriver',
    'node.k8s.io/RuntimeClass',
    'networking.k8s.io/IngressClass',
    '/PersistentVolume',
    '/ResourceQuota',
    '/LimitRange',
    'networking.k8s.io/NetworkPolicy',
    '/ServiceAccount',
    'rbac.authorization.k8s.io/ClusterRole',
    'rbac.authorization.k8s.io/ClusterRoleBinding',
    'rbac.authorization.k8s.io/Role',
    'rbac.authorization.k8s.io/RoleBinding',
  ],
  ['/ConfigMap', '/Secret', '/PersistentVolumeClaim'],
  ['/Service', '/Endpoints', 'discovery.k8s.io/EndpointSlice'],
];

/** Last: they point at workloads, and a webhook without its server refuses everybody's objects. */
const last = new Set([
  'networking.k8s.io/Ingress',
  'autoscaling/HorizontalPodAutoscaler',
  'policy/PodDisruptionBudget',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  'apiregistration.k8s.io/APIService',
]);

const classOf = new Map(classes.flatMap((kinds, index) => kinds.map((kind) => [kind, index] as const)));

/** Number of the class that a manifest is applied in; workloads and custom resources come after what they need. Pure. */
function applyClass(manifest: Manifest): number {
  const kind = `${groupOf(manifest.apiVersion)}/${manifest.kind}`;
  return classOf.get(kind) ?? (last.has(kind) ? classes.length + 1 : classes.length);
}

/** Items in classes, first to last; within a class they keep their order. Pure. */
export function inApplyOrder<T extends { readonly manifest: Manifest }>(
  items: readonly T[],
): readonly (readonly T[])[] {
  const grouped = Map.groupBy(items, (item) => applyClass(item.manifest));
  return [...grouped].sort(([a], [b]) => a - b).map(([, group]) => group);
}
