import { environmentOf, rankOf } from './environments.ts';
import type { Source } from './source.ts';

/** What lies side by side and is applied together. */
export interface SourceSet {
  readonly path: string;
  readonly sources: readonly Source[];
}

/** Sorts the place that is more likely meant before the other. Pure. */
export function compareUsual(a: SourceSet, b: SourceSet): number {
  const mark = firstMark(a, b);
  return mark ? mark.of(a) - mark.of(b) : 0;
}

/** What sets the preferred one of several places apart from the next. Pure. */
export function whyUsual(rivals: readonly SourceSet[], preferred: SourceSet): string {
  const [next] = rivals.filter((set) => set !== preferred).sort(compareUsual);
  return (next && firstMark(preferred, next)?.why) ?? 'it is the first of them';
}

/** Folders that people call so because their manifests are in them. */
const USUAL =
  /^(?:k8s|kube|kubernetes|manifests?|deploy|deployments?|kubernetes-manifests|kustomize|\.k8s|\.kubernetes)$/i;

/** Each with what a lower number means. */
const MARKS: readonly { readonly of: (set: SourceSet) => number; readonly why: string }[] = [
  { of: ({ path }) => rankOf(environmentOf(path)), why: 'it is nearest to development' },
  { of: ({ sources }) => (sources.some(({ kind }) => kind === 'helm') ? 1 : 0), why: 'it is no chart' },
  {
    of: ({ sources }) => (sources.some(({ kind }) => kind === 'kustomize') ? 0 : 1),
    why: 'it is a kustomization',
  },
  {
    of: ({ path }) => (path.split('/').some((part) => USUAL.test(part)) ? 0 : 1),
    why: 'its folder is called as is usual for manifests',
  },
  { of: ({ path }) => (path === '.' ? 0 : path.split('/').length), why: 'it is nearest to the top' },
  { of: ({ sources }) => -sources.length, why: 'it has the most files' },
];

/** The first mark that tells two apart. */
const firstMark = (a: SourceSet, b: SourceSet) => MARKS.find(({ of }) => of(a) !== of(b));
