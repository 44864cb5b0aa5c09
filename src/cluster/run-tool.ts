import { execa } from 'execa';
import { type Failure, RockpoolError } from '../session/failure.ts';

export interface ToolRun {
  /** minikube, kind, k3d, helm, kustomize */
  readonly program: string;
  readonly args: readonly string[];
  /** absolute; default: the process's */
  readonly cwd?: string;
  /** the whole environment; undefined takes a variable away */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** ms */
  readonly timeout: number;
}

export interface ToolAnswer {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end, whatever its exit code. An abort and the timeout end it with all that it started (SIGTERM,
 * SIGKILL after 2 s). Rejects with the signal's reason, or a RockpoolError: TOOL_MISSING, TOOL_TIMEOUT.
 */
export async function runTool({ program, args, cwd, env, signal, timeout }: ToolRun): Promise<ToolAnswer> {
  signal.throwIfAborted();
  const result = await execa(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: withoutUndefined(env),
    extendEnv: false,
    stdin: 'ignore',
    timeout,
    cancelSignal: signal,
    killDescendants: true,
    forceKillAfterDelay: 2_000,
    reject: false,
  });
  if (result.isCanceled) signal.throwIfAborted();
  if (result.code === 'ENOENT') throw new RockpoolError(toolMissing(program), { cause: result });
  if (result.timedOut) throw new RockpoolError(timedOut(program, args, timeout), { cause: result });
  const { exitCode, stdout, stderr } = result;
  return { exitCode, stdout, stderr };
}

/** A line that a program wrote, or how it ended. */
export type ToolLine = { readonly line: string } | { readonly exitCode: number | undefined };

/**
 * Runs a program for as long as it takes, and yields what it writes on stdout and stderr as it comes, then its exit code.
 * An abort, or an end of the reading, ends it with all that it started, and that is awaited. Rejects with the signal's
 * reason, or a RockpoolError of code TOOL_MISSING.
 */
export async function* toolLines({
  program,
  args,
  env,
  signal,
}: Omit<ToolRun, 'timeout' | 'cwd'>): AsyncGenerator<ToolLine> {
  signal.throwIfAborted();
  const cut = new AbortController();
  const child = execa(program, args, {
    env: withoutUndefined(env),
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    buffer: false,
    cancelSignal: AbortSignal.any([signal, cut.signal]),
    killDescendants: true,
    forceKillAfterDelay: 2_000,
    reject: false,
  });
  try {
    for await (const line of child.iterable({ from: 'all' })) yield { line };
  } catch (error) {
    signal.throwIfAborted();
    const { code } = await child;
    if (code !== 'ENOENT') throw error;
  } finally {
    cut.abort();
    await child;
  }
  signal.throwIfAborted();
  const { code, exitCode } = await child;
  if (code === 'ENOENT') throw new RockpoolError(toolMissing(program));
  yield { exitCode };
}

/**
 * A program that is needed is not installed.
 * @param does what it is needed for, as `which` begins it
 */
export function toolMissing(program: string, does = 'brings images to the nodes of this cluster'): Failure {
  const install = INSTALL[program];
  return {
    code: 'TOOL_MISSING',
    subject: `program/${program}`,
    message: `There is no program ${program} on the PATH, which ${does}.`,
    hint: `Install it, or add its folder to PATH.${install ? ` Its page: ${install.page}.` : ''}`,
    ...(install ? { command: install.command } : {}),
  };
}

/** How each program is installed by name (their own install pages). */
const INSTALL: Readonly<Record<string, { readonly command: string; readonly page: string }>> = {
  minikube: { command: 'brew install minikube', page: 'https://minikube.sigs.k8s.io/docs/start' },
  kind: {
    command: 'go install sigs.k8s.io/kind@latest',
    page: 'https://kind.sigs.k8s.io/docs/user/quick-start',
  },
  k3d: { command: 'go install github.com/k3d-io/k3d/v5@latest', page: 'https://k3d.io/stable/#installation' },
  helm: { command: 'brew install helm', page: 'https://helm.sh/docs/intro/install' },
  kustomize: {
    command: 'brew install kustomize',
    page: 'https://kubectl.docs.kubernetes.io/installation/kustomize',
  },
};

function withoutUndefined(env: ToolRun['env']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function timedOut(program: string, args: readonly string[], timeout: number): Failure {
  return {
    code: 'TOOL_TIMEOUT',
    subject: `program/${program}`,
    message: `${program} did not end within ${timeout / 1000} s and was ended.`,
    hint: 'Run the command by hand to see what it waits for.',
    command: [program, ...args].join(' '),
  };
}
