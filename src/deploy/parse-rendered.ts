import type { Path } from '../config/located-tree.ts';
import { type Failure, formatPlace, type SourcePlace } from '../session/failure.ts';
import type { Manifest } from './manifest.ts';
import { parseManifests } from './parse-manifests.ts';
import { unbuiltRef } from './template-variables.ts';

export interface ManifestFile {
  readonly manifests: readonly ReadManifest[];
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
}

export interface ReadManifest {
  readonly manifest: Manifest;
  /** as places name it */
  readonly file: string;
  /** images that its template names and that are not built */
  readonly unbuilt: readonly string[];
  /** Where a field is written: in the template, as far as that can be told, when it is rendered from one. */
  locate(path: Path): Promise<SourcePlace>;
  /** made by another tool, often for many versions of Kubernetes: fields that the apiserver does not know are left out */
  readonly isGenerated?: boolean;
}

/** The place in a source of a place in the text that was rendered from it; without a line where that cannot be told. */
export type ToOriginal = (at: SourcePlace) => Promise<SourcePlace>;

/**
 * Parses a manifest file, or what was rendered from it. Its problems are in the answer.
 * @param unbuilt images that its template names and that are not built
 */
export async function parseRendered(
  text: string,
  { file, unbuilt, original }: { file: string; unbuilt: readonly string[]; original: ToOriginal },
): Promise<ManifestFile> {
  const { manifests, failures, warnings } = parseManifests(text, file);
  const holders = unbuiltHolders(manifests, unbuilt);
  return {
    manifests: manifests.map(({ manifest, locate }, index) => ({
      manifest,
      file,
      unbuilt: holders[index] ?? [],
      locate: (path) => original(locate(path)),
    })),
    failures: await Promise.all(failures.map((failure) => relocate(failure, original))),
    warnings: await Promise.all(
      warnings.map(async ({ message, at }) => `${formatPlace(await original(at))} ${message}`),
    ),
  };
}

/** Which manifests hold the placeholders of unbuilt images; all, when a filter made one unrecognisable. */
function unbuiltHolders(
  manifests: readonly { manifest: Manifest }[],
  unbuilt: readonly string[],
): string[][] {
  const texts = unbuilt.length === 0 ? [] : manifests.map(({ manifest }) => JSON.stringify(manifest));
  const seen = unbuilt.filter((image) => texts.some((text) => text.includes(unbuiltRef(image))));
  return texts.map((text) =>
    unbuilt.filter((image) => !seen.includes(image) || text.includes(unbuiltRef(image))),
  );
}

async function relocate(failure: Failure, original: ToOriginal): Promise<Failure> {
  if (!failure.at) return failure;
  const at = await original(failure.at);
  if (at.line !== undefined) return { ...failure, at };
  return { ...failure, at, message: `${failure.message} (line ${failure.at.line} of the rendered text)` };
}
