import { type Dockerfile, type Stage, stagesFor } from '../../build/dockerfile.ts';
import { copiedBy } from './choose-context.ts';

/** Stages that people write for this. */
const FOR_DEVELOPMENT = /^(?:dev|develop|development|local)$/i;

/**
 * The stage that is meant for development, if it makes an image that runs without anything mounted into it: it has the
 * sources and a command. Undefined: the last one. Pure.
 */
export function chooseTarget(dockerfile: Dockerfile): { readonly target?: string; readonly why?: string } {
  const stage = dockerfile.stages.find(({ name }) => FOR_DEVELOPMENT.test(name ?? ''));
  if (stage?.name === undefined || stage === dockerfile.stages.at(-1)) return {};
  const built = stagesFor(dockerfile, stage.name) ?? [];
  if (!built.some(hasCommand)) return { why: `the stage ${stage.name} has no command` };
  if (!copiesSources(built)) return { why: `the stage ${stage.name} copies no sources` };
  return { target: stage.name, why: `the stage ${stage.name} is for development` };
}

/** Whether stages copy more than lists of dependencies. Pure. */
export function copiesSources(stages: readonly Stage[]): boolean {
  const sources = stages.flatMap(({ instructions }) => instructions).flatMap(copiedBy);
  return sources.some((source) => !DEPENDENCIES.test(source));
}

/** Files that only say what to install. */
const DEPENDENCIES =
  /(?:^|\/)(?:package(?:\*|-lock)?[^/]*\.json\*?|\.?npmrc|yarn\.lock|pnpm-[^/]*\.yaml|bun\.lockb?|\.yarn(?:rc[^/]*)?|requirements[^/]*\.txt|Pipfile[^/]*|pyproject\.toml|poetry\.lock|uv\.lock|setup\.(?:py|cfg)|go\.(?:mod|sum|work)|go\.\*|Gemfile[^/]*|composer\.[^/]*|Cargo\.(?:toml|lock)|pom\.xml|[^/]*\.gradle(?:\.kts)?|gradlew?|[^/]*\.csproj|[^/]*\.sln|mix\.(?:exs|lock))$/i;

const hasCommand = ({ instructions }: Stage): boolean =>
  instructions.some(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
