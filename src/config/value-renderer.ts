import { createLiquidTemplates } from '../deploy/liquid-templates.ts';
import type { TemplateVariables } from '../deploy/template-variables.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import { type ConfigTree, configProblem, placeAt } from './config-tree.ts';
import { formatPath } from './describe-issues.ts';
import type { Path } from './located-tree.ts';

/** Renders templates in values of rockpool.yaml. */
export interface ValueRenderer {
  /** Empty for one that does not render: that is a problem then, with the place of the value. */
  render(source: string, path: Path): Promise<string>;
  /** what did not render so far */
  readonly problems: readonly Failure[];
}

export function createValueRenderer(
  variables: TemplateVariables,
  root: string,
  tree: ConfigTree,
): ValueRenderer {
  const templates = createLiquidTemplates(root);
  const problems: Failure[] = [];
  return {
    problems,
    async render(source, path) {
      try {
        return (await templates.render({ source, file: tree.file, folder: root }, variables)).text;
      } catch (error) {
        if (!(error instanceof RockpoolError)) throw error;
        problems.push(...error.failures.map((failure) => valueProblem(failure, path, tree)));
        return '';
      }
    },
  };
}

function valueProblem(failure: Failure, path: Path, tree: ConfigTree): Failure {
  return configProblem(`${formatPath(path)}: ${failure.message}`, placeAt(tree, path), failure.hint);
}
