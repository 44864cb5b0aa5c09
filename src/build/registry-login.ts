import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { registryHost } from './explain-push.ts';

/** A login as the Docker Engine takes it. Secret: never in an event, a message or a log. */
export type RegistryLogin =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string; readonly serveraddress: string }
  | Readonly<Record<string, never>>;

export interface RegistryLoginOptions {
  /** where docker keeps its config.json: DOCKER_CONFIG, else ~/.docker */
  readonly folder: string;
  /** the environment that credential helpers are found and run in */
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

/** ms for a credential helper: some fetch a token, some ask the keychain */
const HELPER_WAIT = 30_000;

/**
 * The login that `docker login` left for the registry of a ref, found as docker does: the helper for that host, the
 * helper for all, else what config.json holds itself. Undefined when there is none, or the helper has none; never
 * rejects but for an abort, since many registries need no login and those that do say so.
 */
export async function findRegistryLogin(
  ref: string,
  { folder, env }: RegistryLoginOptions,
  signal: AbortSignal,
): Promise<RegistryLogin | undefined> {
  const host = registryHost(ref);
  const config = await readConfig(join(folder, 'config.json'));
  const server = filedUnder(config, host);
  const helper = config.credHelpers?.[server] ?? config.credHelpers?.[host] ?? config.credsStore;
  if (typeof helper === 'string' && /^[\w.-]+$/.test(helper)) {
    return (await askHelper(helper, server, env, signal)) ?? inFile(config, server);
  }
  return inFile(config, server);
}

interface DockerConfig {
  readonly auths?: Readonly<Record<string, AuthEntry | undefined>>;
  readonly credHelpers?: Readonly<Record<string, unknown>>;
  readonly credsStore?: unknown;
}

interface AuthEntry {
  readonly auth?: unknown;
  readonly identitytoken?: unknown;
}

async function readConfig(path: string): Promise<DockerConfig> {
  try {
    return (JSON.parse(await readFile(path, 'utf8')) ?? {}) as DockerConfig;
  } catch {
    return {};
  }
}

/** What docker has filed the login of a host under: a whole address in some versions, and for its own registry. */
function filedUnder({ auths = {}, credHelpers = {} }: DockerConfig, host: string): string {
  const names = [...Object.keys(auths), ...Object.keys(credHelpers)];
  return names.find((name) => name === host) ?? names.find((name) => hostOf(name) === host) ?? host;
}

function hostOf(name: string): string {
  return name
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '')
    .replace(/^index\./, '');
}

function inFile({ auths }: DockerConfig, server: string): RegistryLogin | undefined {
  const entry = auths?.[server];
  if (typeof entry?.identitytoken === 'string') {
    return { identitytoken: entry.identitytoken, serveraddress: server };
  }
  if (typeof entry?.auth !== 'string') return undefined;
  const [username = '', ...password] = Buffer.from(entry.auth, 'base64').toString('utf8').split(':');
  return username === '' ? undefined : { username, password: password.join(':'), serveraddress: server };
}

/** docker-credential-NAME get: the server on stdin, {ServerURL, Username, Secret} on stdout; 1 when it has none. */
async function askHelper(
  helper: string,
  server: string,
  env: Readonly<NodeJS.ProcessEnv>,
  signal: AbortSignal,
): Promise<RegistryLogin | undefined> {
  const { stdout, failed } = await execa(`docker-credential-${helper}`, ['get'], {
    input: server,
    env: { ...env },
    extendEnv: false,
    timeout: HELPER_WAIT,
    cancelSignal: signal,
    killDescendants: true,
    reject: false,
  });
  signal.throwIfAborted();
  return failed ? undefined : parseHelper(stdout, server);
}

function parseHelper(stdout: string, server: string): RegistryLogin | undefined {
  try {
    const { Username: username, Secret: secret } = JSON.parse(stdout) as Record<string, unknown>;
    if (typeof secret !== 'string' || secret === '') return undefined;
    if (username === '<token>') return { identitytoken: secret, serveraddress: server };
    return { username: String(username ?? ''), password: secret, serveraddress: server };
  } catch {
    return undefined;
  }
}
