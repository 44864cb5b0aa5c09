import { parseApiVersion, type ResourceType } from './kube-path.ts';

/** `apiVersion`, then `Kind=plural` for namespaced and `*Kind=plural` for cluster-scoped kinds. */
const table = `
v1 Pod=pods Service=services ConfigMap=configmaps Secret=secrets ServiceAccount=serviceaccounts
v1 PersistentVolumeClaim=persistentvolumeclaims Endpoints=endpoints Event=events LimitRange=limitranges
v1 ReplicationController=replicationcontrollers ResourceQuota=resourcequotas PodTemplate=podtemplates
v1 *Namespace=namespaces *Node=nodes *PersistentVolume=persistentvolumes
apps/v1 Deployment=deployments StatefulSet=statefulsets DaemonSet=daemonsets ReplicaSet=replicasets
apps/v1 ControllerRevision=controllerrevisions
batch/v1 Job=jobs CronJob=cronjobs
networking.k8s.io/v1 Ingress=ingresses NetworkPolicy=networkpolicies *IngressClass=ingressclasses
rbac.authorization.k8s.io/v1 Role=roles RoleBinding=rolebindings
rbac.authorization.k8s.io/v1 *ClusterRole=clusterroles *ClusterRoleBinding=clusterrolebindings
autoscaling/v1 HorizontalPodAutoscaler=horizontalpodautoscalers
autoscaling/v2 HorizontalPodAutoscaler=horizontalpodautoscalers
policy/v1 PodDisruptionBudget=poddisruptionbudgets
storage.k8s.io/v1 *StorageClass=storageclasses *CSIDriver=csidrivers *VolumeAttachment=volumeattachments
scheduling.k8s.io/v1 *PriorityClass=priorityclasses
coordination.k8s.io/v1 Lease=leases
discovery.k8s.io/v1 EndpointSlice=endpointslices
apiextensions.k8s.io/v1 *CustomResourceDefinition=customresourcedefinitions
admissionregistration.k8s.io/v1 *MutatingWebhookConfiguration=mutatingwebhookconfigurations
admissionregistration.k8s.io/v1 *ValidatingWebhookConfiguration=validatingwebhookconfigurations
`;

/** Kinds that every cluster since Kubernetes 1.25 serves, so that a session needs no discovery request for them. */
export const builtinKinds: readonly ResourceType[] = table
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [apiVersion = '', ...kinds] = line.split(' ');
    return kinds.map((entry) => {
      const [kind = '', plural = ''] = entry.replace('*', '').split('=');
      return { ...parseApiVersion(apiVersion), kind, plural, namespaced: !entry.startsWith('*') };
    });
  });

/** Each kind of the table by its last version. */
const served = new Map(builtinKinds.map((type) => [type.kind, type]));

/** apiVersions that Kubernetes has stopped serving (deprecation guide, 1.16 to 1.32): all kinds moved as given. */
const removedGroups: readonly (readonly [RegExp, string])[] = [
  [/^extensions\/v1beta1$/, ''],
  [/^apps\/v1beta[12]$/, 'apps/v1'],
  [/^batch\/(v1beta1|v2alpha1)$/, 'batch/v1'],
  [/^networking\.k8s\.io\/v1beta1$/, 'networking.k8s.io/v1'],
  [/^policy\/v1beta1$/, 'policy/v1'],
  [/^rbac\.authorization\.k8s\.io\/v1(alpha1|beta1)$/, 'rbac.authorization.k8s.io/v1'],
  [/^autoscaling\/v2beta[12]$/, 'autoscaling/v2'],
  [/^storage\.k8s\.io\/v1beta1$/, 'storage.k8s.io/v1'],
  [/^scheduling\.k8s\.io\/v1(alpha1|beta1)$/, 'scheduling.k8s.io/v1'],
  [/^coordination\.k8s\.io\/v1beta1$/, 'coordination.k8s.io/v1'],
  [/^discovery\.k8s\.io\/v1beta1$/, 'discovery.k8s.io/v1'],
  [/^apiextensions\.k8s\.io\/v1beta1$/, 'apiextensions.k8s.io/v1'],
  [/^admissionregistration\.k8s\.io\/v1beta1$/, 'admissionregistration.k8s.io/v1'],
  [/^certificates\.k8s\.io\/v1beta1$/, 'certificates.k8s.io/v1'],
  [/^flowcontrol\.apiserver\.k8s\.io\/v1beta[123]$/, 'flowcontrol.apiserver.k8s.io/v1'],
];

/** In words what took the place of a removed apiVersion; undefined when it is not a removed one. Pure. */
export function replacementOf(apiVersion: string, kind: string): string | undefined {
  if (kind === 'PodSecurityPolicy')
    return 'It was removed in Kubernetes 1.25: Pod Security Admission took its place.';
  const removed = removedGroups.find(([pattern]) => pattern.test(apiVersion));
  if (removed === undefined) return undefined;
  const type = served.get(kind);
  const known = type && (type.group === '' ? type.version : `${type.group}/${type.version}`);
  const now = removed[1] || known;
  return (
    now &&
    `${apiVersion} was removed from Kubernetes: write apiVersion: ${now}, whose fields differ in places.`
  );
}

/** The apiVersions under which the table has a kind, newest last. Pure. */
export function builtinVersionsOf(kind: string): readonly string[] {
  return builtinKinds
    .filter((type) => type.kind === kind)
    .map((type) => (type.group === '' ? type.version : `${type.group}/${type.version}`));
}
