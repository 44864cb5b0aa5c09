/** What people see of an object, without what changes with every write. */
// biome-ignore lint/suspicious/noExplicitAny: any object of the cluster
export function essence(object: any) {
  const { status: _, metadata, ...rest } = structuredClone(object);
  const {
    resourceVersion: _v,
    generation: _g,
    managedFields,
    annotations = {},
    labels = {},
    ...kept
  } = metadata;
  delete annotations['deployment.kubernetes.io/revision'];
  // biome-ignore lint/suspicious/noExplicitAny: entries of managedFields
  const tools = managedFields.filter(({ manager }: any) => !manager.startsWith('kube-'));
  // biome-ignore lint/suspicious/noExplicitAny: entries of managedFields
  const managers = tools.map(({ time: _t, ...entry }: any) => entry);
  return { ...rest, metadata: { ...kept, annotations, labels, managers } };
}
