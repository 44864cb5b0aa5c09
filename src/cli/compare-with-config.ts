import { type LoadConfigOptions, loadConfig } from '../config/load-config.ts';
import { answersOf, findMissing } from '../scaffold/init/compare-config.ts';
import { createHelmCharts } from '../scaffold/init/helm-charts.ts';
import { proposeProject } from '../scaffold/propose/propose-project.ts';
import type { Survey } from '../scaffold/survey/survey.ts';

/** Says what was found in a project and is not in its rockpool.yaml. Writes nothing; answers the exit code. */
export async function compareWithConfig(
  survey: Survey,
  load: LoadConfigOptions,
  signal: AbortSignal,
): Promise<number> {
  const config = await loadConfig(load, signal);
  console.error(`${config.file} is there already: nothing was written`);
  if (config.root !== load.cwd) {
    console.error('it is that of a folder above, and holds here, too');
    return 0;
  }
  const withCharts = createHelmCharts(load.cwd, signal);
  const first = proposeProject(await withCharts(survey, {}));
  const answers = first && answersOf(config, first.questions);
  const proposal = answers && proposeProject(await withCharts(survey, answers), answers);
  const missing = proposal ? findMissing(config, proposal) : [];
  console.error(missing.length === 0 ? 'it has all that was found here' : 'found here and not in it:');
  for (const words of missing) console.error(`  ${words}`);
  return 0;
}
