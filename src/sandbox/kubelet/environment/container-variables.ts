import type { ConfigMap, Container, Pod, Secret } from '../objects.ts';
import { expand } from './expand.ts';
import { type Capacity, containerResource, podField } from './pod-field.ts';

/** Why a container cannot be made from its manifest: the message of CreateContainerConfigError. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/** What variables may refer to. */
export interface Sources {
  readonly pod: Pod;
  readonly capacity: Capacity;
  /** of Services; overridden by what the manifest sets */
  readonly services: Readonly<Record<string, string>>;
  configMap(name: string): ConfigMap | undefined;
  secret(name: string): Secret | undefined;
}

/**
 * The environment that a manifest gives a container: Services, then `envFrom`, then `env`, each of which may refer to
 * those before it (kubelet_pods.go makeEnvironmentVariables). Throws a ConfigError in the kubelet's words. Pure.
 */
export function containerVariables(container: Container, sources: Sources): Record<string, string> {
  const values: Record<string, string> = { ...sources.services };
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const data = configMapRef ? textsOf(configMapRef, sources) : secretRef ? bytesOf(secretRef, sources) : {};
    for (const [key, value] of Object.entries(data)) values[`${prefix}${key}`] = value;
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const found = valueFrom ? referred(valueFrom, container, sources) : expand(value ?? '', values);
    if (found !== undefined) values[name] = found;
  }
  return values;
}

type Reference = NonNullable<NonNullable<Container['env']>[number]['valueFrom']>;

/** @returns undefined for an optional key that is not there */
function referred(from: Reference, container: Container, sources: Sources): string | undefined {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = from;
  const { namespace = 'default' } = sources.pod.metadata;
  if (configMapKeyRef) {
    const { key, name = '', optional = false } = configMapKeyRef;
    const value = textsOf({ name, optional }, sources)[key];
    if (value !== undefined || optional) return value;
    throw new ConfigError(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
  }
  if (secretKeyRef) {
    const { key, name = '', optional = false } = secretKeyRef;
    const value = bytesOf({ name, optional }, sources)[key];
    if (value !== undefined || optional) return value;
    throw new ConfigError(`couldn't find key ${key} in Secret ${namespace}/${name}`);
  }
  const value = fieldRef
    ? podField(sources.pod, fieldRef.fieldPath)
    : resourceFieldRef && containerResource(container, resourceFieldRef, sources.capacity);
  if (value !== undefined) return value;
  const what = fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? Object.keys(from)[0];
  throw new ConfigError(`the sandbox does not know this source of a variable: ${what}`);
}

interface Named {
  readonly name?: string;
  readonly optional?: boolean;
}

function textsOf({ name = '', optional }: Named, { configMap }: Sources): Readonly<Record<string, string>> {
  const found = configMap(name);
  if (!found && !optional) throw new ConfigError(`configmap "${name}" not found`);
  return found?.data ?? {};
}

function bytesOf({ name = '', optional }: Named, { secret }: Sources): Readonly<Record<string, string>> {
  const found = secret(name);
  if (!found && !optional) throw new ConfigError(`secret "${name}" not found`);
  const texts = Object.entries(found?.data ?? {}).map(([key, value]) => [key, fromBase64(value)]);
  return Object.fromEntries(texts) as Record<string, string>;
}

const fromBase64 = (text: string): string =>
  new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
