import type { Agent, RequestOptions } from 'node:https';
import { isDeepStrictEqual } from 'node:util';
import type { KubeConfig, User } from '@kubernetes/client-node';
import { RockpoolError } from '../session/failure.ts';
import { fixedConnection, impersonationOf } from './fixed-connection.ts';
import { type FrozenContext, kubeconfigOf } from './freeze-context.ts';

/** What a connection to the apiserver needs. */
export interface ConnectionOptions {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly tls: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;
  /** goes through the cluster's proxy; undefined without one */
  readonly proxyAgent?: Agent;
}

/** The credentials of a frozen context. An exec plugin is run once, however many ask at the same time. */
export interface KubeCredentials {
  /** What to connect with now; expired tokens are fetched anew. Rejects with a RockpoolError CREDENTIALS_FAILED. */
  current(): Promise<ConnectionOptions>;
  /** After a 401 for `refused`: newly fetched credentials, or undefined when there are no others. */
  renewed(refused: ConnectionOptions): Promise<ConnectionOptions | undefined>;
}

/** What is not written down in the kubeconfig (exec plugins, OIDC, token files) is left to client-node. */
export async function createKubeCredentials(frozen: FrozenContext): Promise<KubeCredentials> {
  const fixed = fixedConnection(frozen);
  if (fixed) return { current: async () => fixed, renewed: async () => undefined };
  const { KubeConfig } = await import('@kubernetes/client-node');
  const user = frozen.document.users[0]?.user ?? {};
  const impersonation = impersonationOf(user);
  let config = new KubeConfig();
  config.loadFromString(kubeconfigOf(withTokenFile(frozen)));

  const fetch = async () => connectionOf(config, frozen, impersonation);
  let latest = await fetch();
  const isFixed = !config.getCurrentUser()?.exec && !config.getCurrentUser()?.authProvider;

  const current = singleFlight(async () => {
    if (!isFixed) latest = await fetch();
    return latest;
  });
  const renew = singleFlight(async () => {
    config = withoutCaches(config, new KubeConfig());
    latest = await fetch();
    return latest;
  });

  return {
    current,
    async renewed(refused) {
      if (isFixed) return undefined;
      const now = isSame(latest, refused) ? await renew() : latest;
      return isSame(now, refused) ? undefined : now;
    },
  };
}

/**
 * client-node reads `token-file`, once, where kubectl reads `tokenFile`; its file authenticator reads again
 * every minute. As with kubectl the file wins over a token.
 */
function withTokenFile(frozen: FrozenContext): FrozenContext {
  const [entry] = frozen.document.users;
  if (!entry?.user.tokenFile) return frozen;
  const { tokenFile, token: _, ...rest } = entry.user;
  const user = { ...rest, 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };
  return { ...frozen, document: { ...frozen.document, users: [{ ...entry, user }] } };
}

/** The cached tokens live in the authenticators of a KubeConfig: a new one over the same users has none. */
function withoutCaches(config: KubeConfig, fresh: KubeConfig): KubeConfig {
  const { clusters, users, contexts, currentContext } = config;
  fresh.loadFromOptions({ clusters, users, contexts, currentContext });
  return fresh;
}

async function connectionOf(
  config: KubeConfig,
  frozen: FrozenContext,
  impersonation: Record<string, string | readonly string[]>,
): Promise<ConnectionOptions> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw failed(frozen, config.getCurrentUser(), error);
  }
  const { ca, cert, key, rejectUnauthorized, servername, agent } = options;
  const tls = { ca, cert, key, rejectUnauthorized, servername };
  return {
    headers: { ...stringHeaders(options), ...impersonation },
    tls: Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)),
    ...(frozen.proxyUrl && typeof agent === 'object' ? { proxyAgent: agent as Agent } : {}),
  };
}

function stringHeaders(options: RequestOptions): Record<string, string> {
  const headers = Object.entries(options.headers ?? {}).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    String(value).trim(),
  ]);
  const basic = options.auth
    ? { authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` }
    : {};
  return { ...basic, ...Object.fromEntries(headers) };
}

function failed(frozen: FrozenContext, user: User | null, error: unknown): RockpoolError {
  const exec: { command?: string; args?: string[] } | undefined = user?.exec ?? undefined;
  const why = error instanceof Error ? error.message.trim() : String(error);
  return new RockpoolError(
    {
      code: 'CREDENTIALS_FAILED',
      subject: `context/${frozen.name}`,
      message: `The credentials of context "${frozen.name}" cannot be had: ${why || 'the command failed without a word'}`,
      hint: exec
        ? 'The kubeconfig gets them from this command: run it by hand to see what it wants.'
        : `Check the user of this context with \`kubectl --context ${frozen.name} get --raw /version\`.`,
      ...(exec?.command ? { command: [exec.command, ...(exec.args ?? [])].join(' ') } : {}),
    },
    { cause: error },
  );
}

function isSame(a: ConnectionOptions, b: ConnectionOptions): boolean {
  return isDeepStrictEqual([a.headers, a.tls], [b.headers, b.tls]);
}

/** Callers that come while one call is under way share its result. */
function singleFlight<T>(work: () => Promise<T>): () => Promise<T> {
  let flight: Promise<T> | undefined;
  return () => {
    flight ??= work().finally(() => {
      flight = undefined;
    });
    return flight;
  };
}
