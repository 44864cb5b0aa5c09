import { createLiquidTemplates } from '../deploy/liquid-templates.ts';
import type { TemplateVariables } from '../deploy/template-variables.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { ImageConfig } from './config.ts';
import { type ConfigTree, configProblem, placeAt } from './config-tree.ts';
import { formatPath } from './describe-issues.ts';

/** Renders the templates in build arguments. A failure has the place of the argument in rockpool.yaml. */
export async function renderArgs(
  images: readonly (ImageConfig | undefined)[],
  variables: TemplateVariables,
  root: string,
  tree: ConfigTree,
): Promise<{ images: readonly ImageConfig[]; problems: readonly Failure[] }> {
  const templates = createLiquidTemplates(root);
  const problems: Failure[] = [];
  const render = async (source: string, path: readonly (string | number)[]): Promise<string> => {
    try {
      return (await templates.render({ source, file: tree.file, folder: root }, variables)).text;
    } catch (error) {
      if (!(error instanceof RockpoolError)) throw error;
      problems.push(...error.failures.map((failure) => argProblem(failure, path, tree)));
      return '';
    }
  };
  const rendered = await Promise.all(
    images.map(async (image, index) => {
      if (!image) return [];
      const args = await Promise.all(
        Object.entries(image.args).map(
          async ([name, source]) => [name, await render(source, ['images', index, 'args', name])] as const,
        ),
      );
      return [{ ...image, args: Object.fromEntries(args) }];
    }),
  );
  return { images: rendered.flat(), problems };
}

function argProblem(failure: Failure, path: readonly (string | number)[], tree: ConfigTree): Failure {
  return configProblem(`${formatPath(path)}: ${failure.message}`, placeAt(tree, path), failure.hint);
}
