import { join } from 'node:path';
import { findProgram } from '../cluster/require-program.ts';
import { runTool, toolMissing } from '../cluster/run-tool.ts';
import type { KustomizationConfig } from '../config/config.ts';
import type { Path } from '../config/located-tree.ts';
import { formatPlace, RockpoolError, type SourcePlace } from '../session/failure.ts';
import { explainKustomize } from './explain-kustomize.ts';
import { findKustomization } from './kustomization-inputs.ts';
import { createKustomizeOrigins } from './kustomize-origins.ts';
import { nameFile } from './manifest-files.ts';
import { type ManifestFile, parseRendered } from './parse-rendered.ts';

/** A kustomization may fetch what it builds on. In ms. */
const PATIENCE = 60_000;

/**
 * The manifests of a kustomization, made by `kustomize build`, or by `kubectl kustomize` where there is no kustomize.
 * What kustomize says is wrong is in the answer (KUSTOMIZE_FAILED). Rejects with the signal's reason, or a RockpoolError:
 * TOOL_MISSING, TOOL_TIMEOUT.
 */
export async function kustomizeManifests(
  kustomization: KustomizationConfig,
  root: string,
  signal: AbortSignal,
): Promise<ManifestFile> {
  const { folder, at } = kustomization;
  const env = process.env;
  const program = await firstProgram(['kustomize', 'kubectl'], env);
  if (program === undefined) throw missing(kustomization);
  const args = [program === 'kustomize' ? 'build' : 'kustomize', folder];
  const { exitCode, stdout, stderr } = await atPlace(
    runTool({ program, args, cwd: root, env, signal, timeout: PATIENCE }),
    at,
  );
  if (exitCode !== 0) {
    const command = [program, ...args].join(' ');
    return {
      manifests: [],
      failures: [{ ...explainKustomize(stderr, { folder, root }), command, at }],
      warnings: [],
    };
  }
  const file = nameFile(root, await findKustomization(join(root, folder)));
  const read = await parseRendered(stdout, { file, unbuilt: [], original: async () => ({ file }) });
  const originOf = createKustomizeOrigins({ files: kustomization.inputs.files, fallback: { file }, root });
  const manifests = await Promise.all(
    read.manifests.map(async (found) => {
      const locate = (path: Path) => originOf(found.manifest, path);
      return { ...found, locate, file: (await locate(['metadata', 'name'])).file };
    }),
  );
  return { ...read, manifests, warnings: [...warningsIn(stderr, folder), ...read.warnings] };
}

async function firstProgram(names: readonly string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const name of names) if (await findProgram(name, env)) return name;
  return undefined;
}

/** What becomes of the program is told with the place that names the kustomization. */
async function atPlace<T>(work: Promise<T>, at: SourcePlace): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof RockpoolError)) throw error;
    throw new RockpoolError(
      error.failures.map((failure) => ({ ...failure, at })),
      { cause: error },
    );
  }
}

function missing({ folder, at }: KustomizationConfig): RockpoolError {
  const failure = toolMissing(
    'kustomize',
    `renders ${folder} (${formatPlace(at)}), and no kubectl, which does it too`,
  );
  return new RockpoolError({ ...failure, at });
}

/** As `# Warning: 'bases' is deprecated. …` */
function warningsIn(stderr: string, folder: string): readonly string[] {
  const lines = stderr.split('\n').map((line) => line.replace(/^#?\s*(warning:\s*)?/i, '').trim());
  return [...new Set(lines)].filter((line) => line !== '').map((line) => `${folder}: ${line}`);
}
