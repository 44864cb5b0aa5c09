import { type Failure, RockpoolError } from '../../session/failure.ts';
import { nearestNames } from '../../session/nearest-names.ts';
import { answerProblem } from '../template/answer-value.ts';
import type { Template, TemplateAnswer } from '../template/template.ts';
import { visibleText } from '../template/visible-text.ts';
import type { Asker } from './asker.ts';

export interface Given {
  /** by the names of answers, as the command line has them */
  readonly flags: ReadonlyMap<string, string>;
  /** the default of the answer `name` */
  readonly name: string;
  /** absent when nobody can or wants to be asked */
  readonly asker?: Asker | undefined;
}

/**
 * A value for each answer of a template: what a flag says, else its default, else what somebody answers. Rejects with a
 * RockpoolError of exit code 2 that holds every flag that is wrong (ANSWER_INVALID) or needed (ANSWER_MISSING).
 */
export async function chooseAnswers(
  { answers }: Pick<Template, 'answers'>,
  { flags, name, asker }: Given,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const presets = answers.map((answer) => ({ answer, value: presetOf(answer, flags, name) }));
  const missing = asker ? [] : presets.filter(({ value }) => value === undefined);
  const problems = [...checkFlags(answers, flags), ...missing.map(({ answer }) => missingFailure(answer))];
  if (problems.length > 0) throw new RockpoolError(problems, { exitCode: 2 });
  const values: Record<string, string> = {};
  for (const { answer, value } of presets) {
    values[answer.name] = value ?? (await askFor(answer, asker as Asker, signal));
  }
  return values;
}

/** What is wrong with the flags for a template's answers: unknown ones, and values that their types do not take. Pure. */
export function checkFlags(
  answers: readonly TemplateAnswer[],
  flags: ReadonlyMap<string, string>,
): readonly Failure[] {
  return [...flags].flatMap(([name, value]) => {
    const answer = answers.find((each) => each.name === name);
    if (!answer) return [unknownFlag(name, answers)];
    const problem = answerProblem(answer, value);
    return problem ? [invalidFailure(answer, value, problem)] : [];
  });
}

function presetOf(
  { name, default: preset }: TemplateAnswer,
  flags: ReadonlyMap<string, string>,
  projectName: string,
): string | undefined {
  return flags.get(name) ?? (name === 'name' ? projectName : preset);
}

function askFor(answer: TemplateAnswer, asker: Asker, signal: AbortSignal): Promise<string> {
  const { ask: question, type, choices } = answer;
  if (type === 'choice')
    return asker.choice({ question, choices: choices.map((value) => ({ value })) }, signal);
  return asker.text({ question, problem: (value) => answerProblem(answer, value) }, signal);
}

function unknownFlag(name: string, answers: readonly TemplateAnswer[]): Failure {
  const known = answers.map((answer) => `--${answer.name}`);
  const [meant] = nearestNames(`--${name}`, known);
  const guess = meant === undefined ? '' : `Did you mean ${meant}? `;
  const hint = `${guess}The template has ${known.join(', ')}.`;
  const message = `Neither rockpool new nor the template knows --${visibleText(name)}.`;
  return { code: 'USAGE', subject: 'new', message, hint };
}

function invalidFailure({ name, ask }: TemplateAnswer, value: string, problem: string): Failure {
  const message = `--${name} ${problem}; it is ${visibleText(JSON.stringify(value))}.`;
  return {
    code: 'ANSWER_INVALID',
    subject: `answer/${name}`,
    message,
    hint: `It answers: ${ask}`,
  };
}

function missingFailure({ name, ask, type, choices }: TemplateAnswer): Failure {
  const values = type === 'choice' ? ` (${choices.join(', ')})` : '';
  const message = `--${name} is needed: ${ask}${values}`;
  return {
    code: 'ANSWER_MISSING',
    subject: `answer/${name}`,
    message,
    hint: `Give --${name} ${valueName(type)}: the template has no default for it.`,
  };
}

const valueName = (type: TemplateAnswer['type']): string => type.toUpperCase();
