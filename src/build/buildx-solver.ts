import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContextEntry, isTagged, listContext } from './build-context.ts';
import type { BuildStatus } from './build-trace.ts';
import type { DockerAddress, DockerDaemon } from './docker-daemon.ts';
import { stampKey } from './file-stamp.ts';
import { ContextChanged } from './open-listed.ts';
import type { PreparedBuild } from './prepare-build.ts';
import { BuildError, type Solver } from './solver.ts';

export interface BuildxSolver extends Solver {
  /** Whether the docker command line with its buildx plugin is there. */
  available(): Promise<boolean>;
}

export interface BuildxSolverOptions {
  readonly daemon: DockerDaemon;
  /** the project, absolute */
  readonly root: string;
}

/**
 * Has `docker buildx build` run a build in the daemon: it sends only what changed since the last one, and knows
 * secrets, ssh, further contexts and the logins of the user. A process of its own, 200 ms slower for small contexts.
 */
export function createBuildxSolver({ daemon, root }: BuildxSolverOptions): BuildxSolver {
  let available: Promise<boolean> | undefined;
  return {
    available: () => (available ??= isAvailable()),
    async solve(prepared, labels, onStatus, signal) {
      signal.throwIfAborted();
      const folder = await mkdtemp(join(tmpdir(), 'rockpool-build-'));
      try {
        if (!daemon.address) throw new Error('docker buildx takes a Docker Engine');
        const env = await prepareFolder(folder, prepared, daemon.address);
        await runBuildx(buildxArguments(prepared, labels, folder, root), env, onStatus, signal);
        await assertUnchanged(prepared, signal).catch(async (error: unknown) => {
          await daemon.untag(prepared.ref, new AbortController().signal);
          throw error;
        });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function isAvailable(): Promise<boolean> {
  const { execa } = await import('execa');
  const { failed } = await execa('docker', ['buildx', 'version'], { reject: false, timeout: 10_000 });
  return !failed;
}

/** The Dockerfile as it is sent, its ignore file and the certificates, readable for us alone. */
async function prepareFolder(
  folder: string,
  { sent, ignore, spec }: PreparedBuild,
  address: DockerAddress,
): Promise<Record<string, string | undefined>> {
  const files: Record<string, string> = { Dockerfile: sent, 'Dockerfile.dockerignore': ignore.text };
  const secure = 'protocol' in address && address.protocol === 'https';
  if (secure)
    Object.assign(files, { 'ca.pem': address.ca, 'cert.pem': address.cert, 'key.pem': address.key });
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text, { mode: 0o600 });
  return {
    ...Object.fromEntries(Object.entries(spec.args).filter(([name]) => isPassedOn(name))),
    DOCKER_HOST:
      'socketPath' in address ? `unix://${address.socketPath}` : `tcp://${address.host}:${address.port}`,
    DOCKER_TLS_VERIFY: secure ? '1' : undefined,
    DOCKER_CERT_PATH: secure ? folder : undefined,
    DOCKER_CONTEXT: undefined,
    BUILDX_BUILDER: undefined,
    // They make an index of a single image.
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
  };
}

/** Values go through the environment, so that no process list shows them; but not what docker itself looks at there. */
function isPassedOn(name: string): boolean {
  return !/^(?:DOCKER|BUILDX|BUILDKIT)_|^(?:PATH|HOME|TMPDIR|SSH_AUTH_SOCK|XDG_\w+)$/.test(name);
}

function buildxArguments(
  { spec, ref, folder: context }: PreparedBuild,
  labels: Readonly<Record<string, string>>,
  folder: string,
  root: string,
): string[] {
  const each = <T>(
    record: Readonly<Record<string, T>>,
    flag: string,
    text: (name: string, value: T) => string,
  ) => Object.entries(record).flatMap(([name, value]) => [flag, text(name, value)]);
  return [
    ...['buildx', 'build', '--builder', 'default', '--progress', 'rawjson', '--load', '--tag', ref],
    ...['--file', join(folder, 'Dockerfile')],
    ...(spec.target === undefined ? [] : ['--target', spec.target]),
    ...(spec.platform === undefined ? [] : ['--platform', spec.platform]),
    ...each(labels, '--label', (name, value) => `${name}=${value}`),
    ...each(spec.args, '--build-arg', (name, value) => (isPassedOn(name) ? name : `${name}=${value}`)),
    ...each(spec.secrets, '--secret', (id, file) => `id=${id},src=${file}`),
    ...spec.ssh.flatMap((value) => ['--ssh', value]),
    ...each(spec.contexts, '--build-context', (name, value) =>
      /^[a-z-]+:\/\//.test(value) ? `${name}=${value}` : `${name}=${join(root, value)}`,
    ),
    context,
  ];
}

async function runBuildx(
  command: readonly string[],
  env: Record<string, string | undefined>,
  onStatus: (status: BuildStatus) => void,
  signal: AbortSignal,
): Promise<void> {
  const { execa } = await import('execa');
  const child = execa('docker', command, {
    env,
    buffer: false,
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    cancelSignal: signal,
    killDescendants: true,
  });
  let last = '';
  for await (const line of child.iterable({ from: 'stderr' })) {
    const status = parseStatus(line);
    if (status) onStatus(status);
    else if (line.startsWith('ERROR:')) last = line;
  }
  const { failed, shortMessage } = await child;
  signal.throwIfAborted();
  if (failed)
    throw new BuildError(last.replace(/^ERROR: (?:failed to build: )?/, '') || String(shortMessage));
}

/** A SolveStatus of BuildKit as JSON; undefined: a line for people. */
function parseStatus(line: string): BuildStatus | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { vertexes = [], logs = [] } = JSON.parse(line) as RawStatus;
    return {
      vertexes: vertexes.map(({ digest, name, started, completed, cached = false, error = '' }) => {
        return {
          digest,
          name,
          cached,
          error,
          started: started !== undefined,
          completed: completed !== undefined,
        };
      }),
      logs: logs.map(({ vertex, data = '' }) => ({ vertex, text: Buffer.from(data, 'base64') })),
    };
  } catch {
    return undefined;
  }
}

interface RawStatus {
  readonly vertexes?: readonly {
    readonly digest: string;
    readonly name: string;
    readonly started?: string;
    readonly completed?: string;
    readonly cached?: boolean;
    readonly error?: string;
  }[];
  readonly logs?: readonly { readonly vertex: string; readonly data?: string }[];
}

/** buildx read the files by itself: the image has the tag's content only if none of them changed meanwhile. */
async function assertUnchanged(prepared: PreparedBuild, signal: AbortSignal): Promise<void> {
  const { folder, ignore, entries } = prepared;
  const always = entries.map(({ path }) => path).filter((path) => ignore.ignore.ignores(path));
  const now = await listContext({ folder, ignore: ignore.ignore, always }, signal);
  const before = new Map(entries.filter(isTagged).map((entry) => [entry.path, entry]));
  for (const entry of now.filter(isTagged)) {
    const known = before.get(entry.path);
    if (!known || !isSame(entry, known)) throw new ContextChanged(join(folder, entry.path));
    before.delete(entry.path);
  }
  const [gone] = before.keys();
  if (gone !== undefined) throw new ContextChanged(join(folder, gone));
}

function isSame(a: ContextEntry, b: ContextEntry): boolean {
  return (
    a.mode === b.mode &&
    a.target === b.target &&
    (a.kind !== 'file' || stampKey(a.stamp) === stampKey(b.stamp))
  );
}
