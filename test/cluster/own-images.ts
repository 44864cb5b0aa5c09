import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from './harness.ts';

/** Gives the images of a project names that nobody else has: what other projects build and prune does not matter to it. */
export async function ownImages(project: TestProject, manifests: readonly string[]): Promise<void> {
  const config = await readFile(join(project.dir, 'rockpool.yaml'), 'utf8');
  const images = [...config.matchAll(/- name: (\S+\/\S+)/g)].flatMap(([, name]) => name ?? []);
  for (const file of ['rockpool.yaml', ...manifests]) {
    const text = await readFile(join(project.dir, file), 'utf8');
    const own = images.reduce((all, name) => all.replaceAll(name, `${project.namespace}/${name}`), text);
    await project.write(file, own);
  }
}
