/** Carried by everything a session applies, pods included; its value is the project's name. */
export const APP_LABEL = 'rockpool.dev/app';
/** Carried by everything a session applies, as the recommended labels of Kubernetes have it. */
export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'rockpool' } as const;
/** Whose the fields are that a session applies. */
export const FIELD_MANAGER = 'rockpool';
/** On objects with `spec.replicas`: what the manifest said at the last apply, so that a change of it is told from a scaling by hand. */
export const REPLICAS_ANNOTATION = 'rockpool.dev/replicas';
/** On objects that others made and the project took over: who made them, and where it is kept how they were (JSON). */
export const ADOPTED_ANNOTATION = 'rockpool.dev/adopted';
/** Which ApplySet an object belongs to (KEP-3659). */
export const PART_OF_LABEL = 'applyset.kubernetes.io/part-of';
/** On pod templates: a hash of the ConfigMaps and Secrets that the pods use. */
export const CONFIG_HASH_ANNOTATION = 'rockpool.dev/config-hash';
