/** Carried by everything a session applies, pods included; its value is the project's name. */
export const APP_LABEL = 'rockpool.dev/app';
/** Carried by everything a session applies, as the recommended labels of Kubernetes have it. */
export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'rockpool' } as const;
/** Whose the fields are that a session applies. */
export const FIELD_MANAGER = 'rockpool';
