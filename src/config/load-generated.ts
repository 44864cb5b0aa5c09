import { basename } from 'node:path';
import type { Failure } from '../session/failure.ts';
import type { GeneratedManifests } from './config.ts';
import type { ConfigTree } from './config-tree.ts';
import { loadChart } from './load-chart.ts';
import { loadKustomization } from './load-kustomization.ts';
import { nodeAt, toValue } from './located-tree.ts';
import { generatedSchema } from './schema.ts';
import type { ValueRenderer } from './value-renderer.ts';

export interface LoadedGenerated {
  readonly generated: readonly GeneratedManifests[];
  readonly problems: readonly Failure[];
}

export interface GeneratedContext {
  readonly tree: ConfigTree;
  /** absolute path of the project */
  readonly root: string;
  /** of the project */
  readonly name: string;
  readonly renderer: ValueRenderer;
}

/** The valid charts and kustomizations of `manifests`, with what they are rendered from, and what is wrong with them but for templates. */
export async function loadGenerated(context: GeneratedContext): Promise<LoadedGenerated> {
  const entries = nodeAt(context.tree.root, []).map?.get('manifests')?.node.list ?? [];
  const loaded = await Promise.all(
    entries.map(async (entry, index): Promise<LoadedGenerated> => {
      const parsed = generatedSchema.safeParse(toValue(entry));
      if (!parsed.success) return { generated: [], problems: [] };
      return 'helm' in parsed.data
        ? loadChart(parsed.data.helm, ['manifests', index, 'helm'], context)
        : loadKustomization(parsed.data.kustomize, ['manifests', index, 'kustomize'], context);
    }),
  );
  return {
    generated: loaded.flatMap(({ generated }) => generated),
    problems: loaded.flatMap(({ problems }) => problems),
  };
}

/** Those of the files whose change may make others count: what a kustomization builds on, a chart's dependencies. Pure. */
export function declarations(generated: readonly GeneratedManifests[]): readonly string[] {
  const files = generated.flatMap(({ inputs }) => inputs.files);
  return [...new Set(files)].filter((file) => DECLARATION.test(basename(file)));
}

const DECLARATION = /^(kustomization\.ya?ml|Kustomization|Chart\.yaml)$/;
