/**
 * Whether an apiserver URL leads to this machine or a private network, decided from the text alone: no name is looked
 * up. True for loopback, RFC 1918, `fc00::/7`, link-local and unspecified addresses, unix sockets, and the few names
 * that local clusters write into kubeconfigs. Anything that two programs could read differently (user info,
 * backslashes, `2130706433`, `0x7f.1`) is not local.
 */
export function isLocalServer(server: string): boolean {
  if (server.startsWith('unix:///')) return true;
  const host = plainHost(server);
  if (host === undefined) return false;
  if (host.startsWith('[')) return isLocalIPv6(host.slice(1, -1));
  const octets = parseIPv4(host);
  return octets ? isLocalIPv4(octets) : LOCAL_NAMES.has(host);
}

/** The host of an http(s) URL that is written in one unmistakable way, in lower case; IPv6 in brackets, normalised. */
function plainHost(server: string): string | undefined {
  const written = /^https?:\/\/(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?(\/[^\s\\@]*)?$/i.exec(server)?.[1];
  if (written === undefined || !URL.canParse(server)) return undefined;
  const { hostname } = new URL(server);
  return written.startsWith('[') || hostname === written.toLowerCase() ? hostname : undefined;
}

function parseIPv4(host: string): readonly number[] | undefined {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1).map(Number);
  return octets?.every((octet) => octet <= 255) ? octets : undefined;
}

/**
 * Not here: 100.64.0.0/10 (RFC 6598). Carriers and overlay networks (Tailscale) number machines far away with it.
 * Unspecified is here because k3d writes `https://0.0.0.0:6550`, and connecting to it reaches this machine.
 */
function isLocalIPv4([a = 0, b = 0, c = 0, d = 0]: readonly number[]): boolean {
  if (a === 0) return b === 0 && c === 0 && d === 0;
  return (
    a === 127 ||
    a === 10 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254)
  );
}

/** @param address as `URL` writes it: compressed, lower case, embedded IPv4 in hexadecimal */
function isLocalIPv6(address: string): boolean {
  if (address === '::1' || address === '::') return true;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped) return isLocalIPv4(octetsOf(mapped[1] ?? '', mapped[2] ?? ''));
  const first = Number.parseInt(address.split(':')[0] || '0', 16);
  const uniqueLocal = (first & 0xfe00) === 0xfc00;
  const linkLocal = (first & 0xffc0) === 0xfe80;
  return uniqueLocal || linkLocal;
}

function octetsOf(high: string, low: string): readonly number[] {
  return [high, low].map((word) => Number.parseInt(word, 16)).flatMap((word) => [word >> 8, word & 0xff]);
}

/**
 * Names that local clusters put on their own machine, each one spelled out. `*.internal` is not trusted as a whole:
 * clouds and companies name their servers with it. `*.localhost` is not, since not every resolver keeps it at home.
 */
const LOCAL_NAMES: ReadonlySet<string> = new Set([
  'localhost',
  'kubernetes.docker.internal',
  'host.docker.internal',
  'gateway.docker.internal',
  'k8s.orb.local',
  'host.orb.internal',
  'host.lima.internal',
  'host.rancher-desktop.internal',
  'host.k3d.internal',
  'host.minikube.internal',
  'control-plane.minikube.internal',
]);
