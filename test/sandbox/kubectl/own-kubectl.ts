import { setTimeout as sleep } from 'node:timers/promises';
import { builtinKinds } from '../../../src/kube/builtin-kinds.ts';
import { type KubeClient, KubeError } from '../../../src/kube/kube-client.ts';
import { type ResourceType, resourcePath } from '../../../src/kube/kube-path.ts';
import { loadKubeConfig } from '../../../src/kube/kubeconfig.ts';
import { createUndiciKubeClient } from '../../../src/kube/undici-kube-client.ts';
import { execIn } from './exec-in.ts';
import { readAtPath } from './json-path.ts';
import { type Arguments, parseArguments } from './parse-arguments.ts';

// biome-ignore lint/suspicious/noExplicitAny: any object of the cluster
export type Any = any;

/** `get`, `delete`, `create namespace` and `exec` as kubectl does them, for tests on machines without it. */
export async function ownKubectl(words: readonly string[]): Promise<string> {
  const args = parseArguments(words);
  const loaded = await loadKubeConfig({ env: process.env });
  const client = await createUndiciKubeClient(loaded, loaded.currentContext ?? '');
  try {
    const verb = VERBS[args.verb];
    if (!verb) throw new Error(`the tests' own kubectl has no ${args.verb}: kubectl ${words.join(' ')}`);
    return await verb(client, args);
  } finally {
    await client.close();
  }
}

const VERBS: Readonly<Record<string, (client: KubeClient, args: Arguments) => Promise<string>>> = {
  get: async (client, args) => shown(await find(client, args), args),
  delete: remove,
  create: createNamespace,
  exec: execIn,
  scale,
  wait: waitFor,
};

interface Found {
  readonly type: ResourceType;
  readonly object: Any;
}

/** `KIND`, `KIND,KIND`, `KIND NAME…` or `KIND/NAME…` */
async function find(client: KubeClient, args: Arguments): Promise<Found[]> {
  const [first = '', ...names] = args.operands;
  if (first.includes('/')) {
    const wanted = args.operands.map((operand) => operand.split('/') as [string, string]);
    return (await Promise.all(wanted.map(([kind, name]) => one(client, typeOf(kind), name, args)))).flat();
  }
  const types = first.split(',').map(typeOf);
  const [type] = types;
  if (names.length > 0 && type)
    return (await Promise.all(names.map((name) => one(client, type, name, args)))).flat();
  return (await Promise.all(types.map((each) => list(client, each, args)))).flat();
}

async function one(client: KubeClient, type: ResourceType, name: string, args: Arguments): Promise<Found[]> {
  try {
    const path = resourcePath(type, { ...placeOf(args), name });
    return [{ type, object: (await client.request<Any>({ method: 'GET', path })).body }];
  } catch (error) {
    if (args.flags['ignore-not-found'] && isMissing(error)) return [];
    throw error;
  }
}

async function list(client: KubeClient, type: ResourceType, args: Arguments): Promise<Found[]> {
  const path = resourcePath(type, placeOf(args));
  const { body } = await client.request<Any>({
    ...{ method: 'GET', path },
    query: { labelSelector: args.flags['l'] },
  });
  const { apiVersion, kind } = { apiVersion: body.apiVersion, kind: type.kind };
  return body.items.map((item: Any) => ({ type, object: { apiVersion, kind, ...item } }));
}

function shown(found: readonly Found[], { operands, flags }: Arguments): string {
  const output = flags['o'] ?? 'name';
  const isOne = operands.length === 2 || operands[0]?.includes('/') === true;
  if (isOne && found.length === 0) return '';
  const items = found.map(({ object }) => (flags['show-managed-fields'] ? object : withoutManagers(object)));
  const result = isOne && items.length === 1 ? items[0] : { apiVersion: 'v1', kind: 'List', items };
  if (output === 'json') return JSON.stringify(result);
  if (output === 'name')
    return found.map(({ type, object }) => `${nameOf(type)}/${object.metadata.name}\n`).join('');
  if (output.startsWith('jsonpath=')) return readAtPath(result, output.slice('jsonpath='.length));
  throw new Error(`the tests' own kubectl prints no ${output}`);
}

function withoutManagers(object: Any): Any {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function nameOf({ kind, group }: ResourceType): string {
  return [kind.toLowerCase(), ...(group === '' ? [] : [group])].join('.');
}

async function remove(client: KubeClient, args: Arguments): Promise<string> {
  const found = await find(client, args);
  await Promise.all(found.map(({ type, object }) => removeOne(client, type, object, args)));
  return found.map(({ object }) => `${object.metadata.name} deleted\n`).join('');
}

async function removeOne(client: KubeClient, type: ResourceType, object: Any, args: Arguments) {
  const { namespace, name, uid } = object.metadata;
  const path = resourcePath(type, { namespace, name });
  const gracePeriodSeconds = args.flags['grace-period'];
  const query = { propagationPolicy: 'Background', gracePeriodSeconds };
  await client.request({ method: 'DELETE', path, query });
  while (args.flags['wait'] !== 'false' && (await isThere(client, path, uid))) await sleep(50);
}

async function isThere(client: KubeClient, path: string, uid: string): Promise<boolean> {
  try {
    return (await client.request<Any>({ method: 'GET', path })).body.metadata.uid === uid;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function createNamespace(client: KubeClient, { operands }: Arguments): Promise<string> {
  const [kind, name] = operands;
  if (kind !== 'namespace') throw new Error(`the tests' own kubectl creates no ${kind}`);
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await client.request({ method: 'POST', path: resourcePath(typeOf('namespace')), body });
  return `namespace/${name} created\n`;
}

async function scale(client: KubeClient, args: Arguments): Promise<string> {
  const [found] = await find(client, args);
  if (!found) throw new Error('nothing to scale');
  const { namespace, name } = found.object.metadata;
  await client.request({
    ...{ method: 'PATCH', contentType: 'application/merge-patch+json' },
    path: resourcePath(found.type, { namespace, name, subresource: 'scale' }),
    query: { fieldManager: 'kubectl' },
    body: { spec: { replicas: Number(args.flags['replicas']) } },
  });
  return `${name} scaled\n`;
}

/** `--for=create` and `--for=jsonpath=PATH=VALUE`; as long as a minute. */
async function waitFor(client: KubeClient, args: Arguments): Promise<string> {
  const [, path, value] = /^jsonpath=(\{.*\})=(.*)$/.exec(args.flags['for'] ?? '') ?? [];
  if (args.flags['for'] !== 'create' && path === undefined)
    throw new Error(`the tests' own kubectl does not wait for ${args.flags['for']}`);
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
    const found = await find(client, { ...args, flags: { ...args.flags, 'ignore-not-found': 'true' } });
    const fits = found.filter(({ object }) => path === undefined || readAtPath(object, path) === value);
    if (found.length > 0 && fits.length === found.length) return 'condition met\n';
  }
  throw Object.assign(new Error(`not within a minute: ${args.operands} ${args.flags['for']}`), { code: 1 });
}

function placeOf({ flags }: Arguments): { readonly namespace: string } {
  return { namespace: flags['n'] ?? 'default' };
}

const isMissing = (error: unknown) => error instanceof KubeError && error.status.code === 404;

/** By its plural, singular or one of the short names that tests use. */
function typeOf(word: string): ResourceType {
  const wanted = SHORT[word] ?? word;
  const type = builtinKinds.find(
    ({ kind, plural }) => plural === wanted || kind.toLowerCase() === wanted.toLowerCase(),
  );
  if (!type) throw new Error(`the tests' own kubectl knows no ${word}`);
  return type;
}

const SHORT: Readonly<Record<string, string>> = {
  pvc: 'persistentvolumeclaims',
  crd: 'customresourcedefinitions',
};
