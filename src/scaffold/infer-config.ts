import type { InferredConfig } from '../config/load-config.ts';
import { RockpoolError } from '../session/failure.ts';
import { createHelmCharts } from './init/helm-charts.ts';
import type { ProposedFile } from './proposal.ts';
import { proposeProject } from './propose/propose-project.ts';
import type { Survey } from './survey/survey.ts';
import { surveyProject } from './survey/survey-project.ts';

/**
 * What a project without rockpool.yaml is taken to mean: what `rockpool init` would write with every default. Rejects
 * with a RockpoolError of code NO_CONFIG and exit code 2 when there is nothing that could be applied, or only when
 * manifests were made first.
 */
export async function inferConfig(root: string, signal: AbortSignal): Promise<InferredConfig> {
  const survey = await surveyProject(root, signal);
  const proposal = proposeProject(await createHelmCharts(root, signal)(survey, {}));
  if (!proposal || proposal.files.length > 0) throw noManifests(root, survey, proposal?.files ?? []);
  const { yaml, reasons, questions, leftOut } = proposal;
  return {
    source: yaml,
    inferred: [
      ...reasons.map(({ what, why }) => (why.length === 0 ? what : `${what}: ${why.join('; ')}`)),
      ...questions.map(({ id, answer, why }) => `${id}: ${answer}, since ${why}`),
      ...leftOut.map((words) => `left out: ${words}`),
    ],
  };
}

function noManifests(root: string, survey: Survey, files: readonly ProposedFile[]): RockpoolError {
  const { dockerfiles, compose, broken, leftOut } = survey;
  const found = [...dockerfiles, ...compose].map(({ path }) => path);
  const also = [...(found.length > 0 ? [found.join(', ')] : []), ...broken, ...leftOut];
  const seen = also.length === 0 ? '' : ` (found ${also.join('; ')})`;
  const isMade = files.some(({ reason }) => reason.startsWith('no manifest'));
  const why =
    files.length === 0 || isMade
      ? `no Kubernetes manifests to go by${seen}`
      : `not all manifests can be applied as they are: ${files.map(({ reason }) => reason).join('; ')}`;
  return new RockpoolError(
    {
      code: 'NO_CONFIG',
      subject: 'config',
      message: `there is no rockpool.yaml in ${root} or above it, and ${why}`,
      hint:
        files.length > 0
          ? `\`rockpool init\` makes ${files.map(({ path }) => path).join(', ')} and a rockpool.yaml`
          : 'run it in a project, or start one: `rockpool new`. `--file` names a rockpool.yaml elsewhere',
    },
    { exitCode: 2 },
  );
}
