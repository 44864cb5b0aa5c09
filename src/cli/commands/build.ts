import { RockpoolError } from '../../session/failure.ts';
import { buildImages } from '../build-images.ts';
import { createBuilder, openHashes } from '../image-ports.ts';
import { openCluster } from '../open-cluster.ts';
import { openProject } from '../open-project.ts';
import type { ProjectOptions } from '../program.ts';
import { untilInterrupted } from '../until-interrupted.ts';

/** `rockpool build`: refs on stdout, one a line. */
export async function build(only: readonly string[], options: ProjectOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const project = await openProject(options, signal);
  const known = project.config().images.map(({ name }) => name);
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw unknownImages(unknown, known);
  const cluster = await openCluster(options, project.config());
  try {
    const { daemon, words, delivery } = await cluster.docker(signal);
    console.error(`images: ${words}`);
    const hashes = openHashes(project.config().root);
    const builder = createBuilder({ project, daemon, hashes, delivery });
    const config = await project.sessionConfig(cluster.namespace);
    const refs = await buildImages(config, builder, only, (line) => console.error(line), signal);
    await hashes.save();
    for (const ref of Object.values(refs)) console.log(ref);
    return 0;
  } finally {
    await cluster.close();
  }
}

function unknownImages(unknown: readonly string[], known: readonly string[]): RockpoolError {
  const message = `The project has no image ${unknown.join(', ')}.`;
  return new RockpoolError(
    { code: 'USAGE', subject: 'build', message, hint: `It has: ${known.join(', ')}.` },
    { exitCode: 2 },
  );
}
