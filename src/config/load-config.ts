import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { GitFacts } from '../deploy/git-facts.ts';
import { type Failure, formatPlace, RockpoolError } from '../session/failure.ts';
import { checkPaths } from './check-paths.ts';
import { chooseProfiles } from './choose-profiles.ts';
import type { Config } from './config.ts';
import { type ConfigTree, readConfigTree } from './config-tree.ts';
import { describeIssues } from './describe-issues.ts';
import { findConfig } from './find-config.ts';
import { declarations, loadGenerated } from './load-generated.ts';
import { toValue } from './located-tree.ts';
import { partialsOf } from './partials-of.ts';
import { nameFromFolder, readEntries } from './read-entries.ts';
import { renderArgs } from './render-args.ts';
import { rootProblems } from './root-problems.ts';
import { type ConfigFile, configSchema } from './schema.ts';
import { findUnsupported } from './unsupported.ts';
import { createValueRenderer } from './value-renderer.ts';
import { loadEnv, loadValues } from './values.ts';

export interface LoadConfigOptions {
  /** absolute path of the folder that the command runs in */
  readonly cwd: string;
  /** `--file` */
  readonly file?: string;
  /** `--profile`, in order */
  readonly profiles?: readonly string[];
  /** `--values`, in order; relative to `cwd` */
  readonly valuesFiles?: readonly string[];
  /** `--set`, in order */
  readonly set?: readonly string[];
  /** of the process */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly git: (root: string) => GitFacts;
  /** a configuration for a project without rockpool.yaml; undefined when there is nothing to go by */
  readonly infer?: (root: string, signal: AbortSignal) => Promise<InferredConfig>;
}

/** What a project without rockpool.yaml is taken to mean. */
export interface InferredConfig {
  /** text of a rockpool.yaml */
  readonly source: string;
  /** what was inferred and why, in words */
  readonly inferred: readonly string[];
}

/**
 * Reads rockpool.yaml from `cwd` upwards, or infers a configuration for `cwd` when there is none. Rejects with a
 * RockpoolError of exit code 2 that holds every problem (CONFIG_INVALID, each with its place, in the order of the
 * file), or CONFIG_NOT_FOUND, or NO_CONFIG.
 */
export async function loadConfig(options: LoadConfigOptions, signal: AbortSignal): Promise<Config> {
  signal.throwIfAborted();
  const path = await findConfig(options.cwd, options.file);
  if (path === undefined) return inferConfig(options, signal);
  const source = await readFile(path, 'utf8').catch((error: Error) => refuse([unreadable(path, error)]));
  signal.throwIfAborted();
  const tree = readConfigTree(source, basename(path));
  const config = await readConfig(tree, dirname(path), options);
  return { ...config, file: path, sources: [path, ...config.sources] };
}

/** As if the inferred text were in a file, which is not there yet. */
async function inferConfig(options: LoadConfigOptions, signal: AbortSignal): Promise<Config> {
  const { cwd: root, infer } = options;
  if (!infer) throw new RockpoolError(noConfig(root), { exitCode: 2 });
  return readInferred(await infer(root, signal), { ...options, cwd: root });
}

/**
 * Reads a configuration for `cwd` that is in no file, checked as one in a file is. Rejects as `loadConfig` does.
 * @param name what places in it go by: somebody must be able to see the text
 */
export async function readInferred(
  { source, inferred }: InferredConfig,
  options: LoadConfigOptions,
  name = 'rockpool.yaml as `rockpool init --dry-run` prints it',
): Promise<Config> {
  const root = options.cwd;
  const config = await readConfig(readConfigTree(source, name), root, options);
  return { ...config, sources: [join(root, 'rockpool.yaml'), ...config.sources], inferred };
}

function noConfig(root: string): Failure {
  const message = `there is no rockpool.yaml in ${root} or above it`;
  return { code: 'NO_CONFIG', subject: 'config', message, hint: '`rockpool init` writes one' };
}

function readConfig(read: ConfigTree, root: string, options: LoadConfigOptions): Promise<Config> {
  refuse(read.problems);
  refuse(rootProblems(read));
  const { tree, problems } = chooseProfiles(read, options.profiles ?? []);
  return complete(root, tree, problems, options);
}

/** A problem as one line and its hint: `rockpool.yaml:12:5 unknown key "imgae": did you mean "image"?` */
export function formatProblem(failure: Failure): string {
  const place = failure.at ? `${formatPlace(failure.at)} ` : '';
  return `${place}${failure.message}${failure.hint === undefined ? '' : `: ${failure.hint}`}`;
}

/** Checks all that can be checked, and throws all that was found at once. */
async function complete(
  root: string,
  tree: ConfigTree,
  found: readonly Failure[],
  options: LoadConfigOptions,
): Promise<Config> {
  const parsed = configSchema.safeParse(toValue(tree.root));
  const issues = parsed.success ? [] : describeIssues(parsed.error.issues, tree);
  const unsupported = findUnsupported(tree);
  const entries = readEntries(tree, root);
  const missing = await checkPaths(entries, root, tree);
  const problems = [...found, ...issues, ...unsupported.problems, ...entries.problems, ...missing];
  const file: Partial<ConfigFile> = parsed.success ? parsed.data : {};
  const { valuesFiles = [], set = [], cwd } = options;
  const values = await loadValues(file.values ?? {}, { valuesFiles, set, cwd });
  const env = await loadEnv(root, options.env);
  const { name = nameFromFolder(root), namespace } = file;
  const given = namespace === undefined ? {} : { namespace };
  const variables = { name, ...given, values: values.values, env: env.env, git: options.git(root) };
  const renderer = createValueRenderer(variables, root, tree);
  const images = parsed.success ? await renderArgs(entries.images, renderer) : [];
  const { generated, problems: ofGenerated } = await loadGenerated({ tree, root, name, renderer });
  const manifests = entries.manifests.filter((entry) => entry !== undefined);
  refuse([...problems, ...values.problems, ...renderer.problems, ...ofGenerated]);
  return {
    root,
    sources: [env.file, ...values.files, ...declarations(generated)],
    name,
    ...given,
    contexts: file.contexts ?? [],
    ...(file.registry === undefined ? {} : { registry: file.registry }),
    images,
    manifests,
    generated,
    partials: partialsOf(manifests),
    values: values.values,
    env: env.env,
    forwards: entries.forwards.filter((forward) => forward !== undefined),
    onExit: file.onExit ?? 'keep',
    warnings: unsupported.warnings,
    inferred: [],
  };
}

function unreadable(path: string, error: Error): Failure {
  return { code: 'CONFIG_INVALID', subject: 'config', message: `${path} cannot be read: ${error.message}` };
}

/** In the order of the file, each once: a profile's problem shows where it is written and where it is used. */
function refuse(problems: readonly Failure[]): string {
  if (problems.length === 0) return '';
  const unique = [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()];
  const position = ({ at }: Failure) => (at?.line ?? 0) * 10_000 + (at?.column ?? 0);
  throw new RockpoolError(
    unique.sort((a, b) => position(a) - position(b)),
    { exitCode: 2 },
  );
}
