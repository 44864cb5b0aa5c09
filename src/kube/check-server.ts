import { RockpoolError } from '../session/failure.ts';
import type { FrozenContext } from './freeze-context.ts';

/**
 * The context, when its server can be talked to. Throws a RockpoolError: KUBECONFIG_INVALID for an address that is no
 * URL, INSECURE_SERVER for http to another machine, PROXY_UNSUPPORTED for a SOCKS proxy. Pure.
 */
export function checkServer(frozen: FrozenContext): FrozenContext {
  const url = URL.parse(frozen.server);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw refused(
      frozen,
      'KUBECONFIG_INVALID',
      `its server "${frozen.server}" is not an http or https address`,
    );
  }
  if (frozen.proxyUrl !== undefined && !/^https?:/.test(frozen.proxyUrl)) {
    throw refused(
      frozen,
      'PROXY_UNSUPPORTED',
      `its proxy-url ${frozen.proxyUrl} is not an http or https proxy`,
      'rockpool speaks to http and https proxies; for SOCKS, put an http proxy in front or forward the port with ssh -L.',
    );
  }
  return url.protocol === 'http:' ? allowHttp(frozen, url) : frozen;
}

/** client-node takes http only with insecure-skip-tls-verify; `kubectl proxy` on this machine is as safe without. */
function allowHttp(frozen: FrozenContext, url: URL): FrozenContext {
  const [entry] = frozen.document.clusters;
  if (!entry || entry.cluster['insecure-skip-tls-verify']) return frozen;
  if (!/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    throw refused(
      frozen,
      'INSECURE_SERVER',
      `its server ${frozen.server} would get credentials without encryption`,
      'Use an https server, or set insecure-skip-tls-verify: true on the cluster if you mean it.',
    );
  }
  const cluster = { ...entry.cluster, 'insecure-skip-tls-verify': true };
  return { ...frozen, document: { ...frozen.document, clusters: [{ ...entry, cluster }] } };
}

function refused(frozen: FrozenContext, code: string, problem: string, hint?: string): RockpoolError {
  return new RockpoolError({
    code,
    subject: `context/${frozen.name}`,
    message: `Context "${frozen.name}" cannot be used: ${problem}.`,
    ...(hint === undefined ? {} : { hint }),
  });
}
