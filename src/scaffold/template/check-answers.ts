import { type ConfigTree, configProblem, placeAt } from '../../config/config-tree.ts';
import type { Path } from '../../config/located-tree.ts';
import type { Failure } from '../../session/failure.ts';
import { answerProblem, isChoice } from './answer-value.ts';
import type { TemplateYaml } from './template-schema.ts';

type Answer = TemplateYaml['answers'][number];

/** What is wrong with the answers of a template beyond their shape, each with its place. Pure. */
export function checkAnswers({ answers }: TemplateYaml, tree: ConfigTree): readonly Failure[] {
  const at = (message: string, ...path: Path): Failure =>
    configProblem(`answers${message}`, placeAt(tree, ['answers', ...path]));
  const own = answers.some(({ name }) => name === 'name') ? [] : [at(': one of them must be called "name"')];
  return [
    ...own,
    ...answers.flatMap((answer, index) => checkAnswer(answer, index, at)),
    ...repeated(answers).map((index) => at(`[${index}].name is there twice`, index, 'name')),
  ];
}

function checkAnswer(
  answer: Answer,
  index: number,
  at: (message: string, ...path: Path) => Failure,
): readonly Failure[] {
  const { name, type, choices = [], default: preset } = answer;
  const problems: Failure[] = [];
  if (name === 'name' && type !== 'name')
    problems.push(at(`[${index}].type: that of "name" must be name`, index, 'type'));
  if (name === 'name' && preset !== undefined)
    problems.push(at(`[${index}].default: that of "name" is the name of the folder`, index, 'default'));
  if (type === 'choice' && choices.length === 0) problems.push(at(`[${index}].choices is missing`, index));
  if (type !== 'choice' && choices.length > 0)
    problems.push(at(`[${index}].choices goes with type: choice`, index, 'choices'));
  for (const [place, choice] of choices.entries()) {
    if (!isChoice(choice))
      problems.push(
        at(
          `[${index}].choices[${place}] has characters that an answer may not have`,
          index,
          'choices',
          place,
        ),
      );
  }
  const hasValues = type !== 'choice' || choices.length > 0;
  const problem = preset === undefined || !hasValues ? undefined : answerProblem({ type, choices }, preset);
  if (problem) problems.push(at(`[${index}].default ${problem}`, index, 'default'));
  return problems;
}

/** Indexes of the answers whose name an earlier one has, too. */
function repeated(answers: readonly Answer[]): readonly number[] {
  return answers.flatMap(({ name }, index) =>
    answers.findIndex((other) => other.name === name) < index ? [index] : [],
  );
}
