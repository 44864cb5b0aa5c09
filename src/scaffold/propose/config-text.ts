import { Document, isMap, type Node, type YAMLMap } from 'yaml';
import type { ProposedSync } from '../sync-rules/propose-sync.ts';
import type { PlannedForward } from './propose-forwards.ts';

/** What a rockpool.yaml is written from. */
export interface PlannedConfig {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly images: readonly PlannedImage[];
  readonly manifests: readonly PlannedManifests[];
  readonly values?: Readonly<Record<string, unknown>> | undefined;
  readonly forwards: readonly PlannedForward[];
}

export interface PlannedImage {
  readonly name: string;
  readonly context: string;
  readonly dockerfile: string;
  readonly target?: string | undefined;
  readonly args?: Readonly<Record<string, string>>;
  readonly sync?: readonly Pick<ProposedSync, 'from' | 'to' | 'run' | 'restart'>[];
  /** a word beside it, where it is not plain to see why */
  readonly comment?: string | undefined;
}

export type PlannedManifests =
  | string
  | { readonly kustomize: string }
  | { readonly helm: Readonly<Record<string, unknown>> };

const MODELINE = ' yaml-language-server: $schema=.rockpool/schema.json';

/** rockpool.yaml as people write it: only what differs from the defaults, one line for what fits on one. Pure. */
export function configText({ name, namespace, images, manifests, values, forwards }: PlannedConfig): string {
  const document = new Document({
    version: 1,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(images.length === 0 ? {} : { images: images.map(imageEntry) }),
    ...(manifests.length === 0 ? {} : { manifests }),
    ...(values === undefined ? {} : { values }),
    ...(forwards.length === 0 ? {} : { forwards: forwards.map(forwardEntry) }),
  });
  document.commentBefore = MODELINE;
  for (const [index, { comment }] of images.entries()) {
    const item = document.getIn(['images', index]);
    if (comment !== undefined && isMap(item)) item.commentBefore = ` ${comment}`;
  }
  inFlow(document, ['forwards']);
  inFlow(document, ['values'], true);
  for (const [index] of images.entries()) inFlow(document, ['images', index, 'sync']);
  for (const [index] of images.entries()) inFlow(document, ['images', index, 'args'], true);
  for (const [index] of manifests.entries()) inFlow(document, ['manifests', index, 'helm'], true);
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: true, indentSeq: true });
  return text.replace(/^(#.*)\n\n/, '$1\n').replace(/^.*[{].*$/gm, withoutPadding);
}

/** `[ a, b ]` as people write it. In a flow map brackets of a text stand in quotes, so these are none. */
const withoutPadding = (line: string): string => line.replace(/\[ ([^[\]"'{}]*) \]/g, '[$1]');

function imageEntry({
  name,
  context,
  dockerfile,
  target,
  args = {},
  sync = [],
}: PlannedImage): Readonly<Record<string, unknown>> {
  const usual = context === '.' ? 'Dockerfile' : `${context}/Dockerfile`;
  return {
    name,
    context,
    ...(dockerfile === usual ? {} : { dockerfile }),
    ...(target === undefined ? {} : { target }),
    ...(Object.keys(args).length === 0 ? {} : { args }),
    ...(sync.length === 0
      ? {}
      : {
          sync: sync.map(({ from, to, run, restart }) => ({
            from,
            to,
            ...(run ? { run } : {}),
            ...(restart ? { restart } : {}),
          })),
        }),
  };
}

function forwardEntry({ to, port, local, namespace }: PlannedForward): Readonly<Record<string, unknown>> {
  return {
    to,
    port,
    ...(local === undefined ? {} : { local }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

/** Writes the maps in a list, or with `itself` a map, on one line each. */
function inFlow(document: Document, path: readonly (string | number)[], itself = false): void {
  const node = document.getIn(path, true) as (Node & { items?: YAMLMap[]; flow?: boolean }) | undefined;
  if (!node) return;
  if (itself) node.flow = true;
  else for (const item of node.items ?? []) item.flow = true;
}
