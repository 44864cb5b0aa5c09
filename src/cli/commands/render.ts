import { createGitFacts } from '../../deploy/git-facts.ts';
import { renderManifests } from '../../deploy/render.ts';
import { renderText } from '../../deploy/render-text.ts';
import { openProject } from '../open-project.ts';
import { printInferred } from '../print-inferred.ts';
import type { ProjectOptions } from '../program.ts';
import { untilInterrupted } from '../until-interrupted.ts';

/** `rockpool render`: needs no cluster, so images keep the names that the manifests write. */
export async function render(options: ProjectOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const config = (await openProject(options, signal)).config();
  printInferred(config);
  const namespace = options.namespace ?? config.namespace ?? 'default';
  const request = { config, namespace, refs: {}, git: createGitFacts(config.root) };
  const { resources, warnings } = await renderManifests(request, signal);
  for (const warning of warnings) console.error(`warning: ${warning}`);
  process.stdout.write(renderText(resources));
  return 0;
}
