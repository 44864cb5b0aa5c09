import type { Explanation } from './explain-path.ts';

/** An explanation as people read it. Pure. */
export function explanationText({
  path,
  notes,
  images,
  manifests,
  config,
  ignored,
  causes,
}: Explanation): string {
  return [
    path,
    ...notes.map((note) => `  ${note}`),
    ...images.map(({ name, because }) => `  image ${name}: ${because}`),
    ...manifests.map((entry) => `  manifests: ${entry} reads it`),
    ...(config ? ['  configuration: it is read with rockpool.yaml'] : []),
    ...ignored.map((why) => `  ignored: ${why}`),
    ...causes.map((what) => `  when it changes, ${what}`),
    ...(causes.length === 0 ? ['  when it changes, nothing happens'] : []),
  ].join('\n');
}
