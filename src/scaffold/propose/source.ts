import { groupOf, type Manifest } from '../../deploy/manifest.ts';
import type { ParsedManifest } from '../../deploy/parse-manifests.ts';

/** Something that can be an entry of `manifests`: a file, a kustomization or a chart. */
export interface Source {
  readonly kind: 'file' | 'kustomize' | 'helm';
  /** the file, or the folder of the kustomization or chart */
  readonly path: string;
  /** what it brings, as far as that can be told without tools */
  readonly objects: readonly PlacedObject[];
  /** text of a Liquid template */
  readonly template?: string;
  /** files and folders that a kustomization builds on, and those that these build on */
  readonly parts?: ReadonlySet<string>;
  /** of a chart */
  readonly release?: string;
  /** of a chart, relative to the project */
  readonly valuesFiles?: readonly string[];
  /** of a chart, by helm's paths */
  readonly set?: Readonly<Record<string, string | number | boolean>>;
}

export interface PlacedObject {
  readonly manifest: Manifest;
  /** `k8s/web.yaml:3` */
  readonly at: string;
  /** place of a field of it, where it is written as it is here */
  readonly locate?: ParsedManifest['locate'];
}

/** What makes an object the same as another. Pure. */
export function identityOf({ apiVersion, kind, metadata }: Manifest): string {
  return `${groupOf(apiVersion)}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}
