import { configSchema } from '../config/schema.ts';
import type { Answers, Question } from '../scaffold/proposal.ts';
import { RockpoolError } from '../session/failure.ts';

/** Answers that a command line gives. Throws a RockpoolError of code ANSWER_INVALID for one that is no `id=value`. Pure. */
export function givenAnswers(options: {
  readonly name?: string;
  readonly namespace?: string;
  readonly answer: readonly string[];
}): Answers {
  const pairs = options.answer.map((text): readonly [string, string] => {
    const at = text.indexOf('=');
    if (at < 1) throw invalid(`--answer ${text}: expected id=value`, 'as --answer environment=dev');
    return [text.slice(0, at), text.slice(at + 1)];
  });
  for (const key of ['name', 'namespace'] as const) {
    const problem = configSchema.shape[key].safeParse(options[key]).error?.issues[0]?.message;
    if (problem !== undefined) throw invalid(`--${key} ${options[key]}: ${problem}`, 'as my-project');
  }
  return {
    ...Object.fromEntries(pairs),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
  };
}

/** Throws a RockpoolError of code ANSWER_INVALID when an answer is to no question, or is none of its choices. Pure. */
export function checkAnswers(answers: Answers, questions: readonly Question[]): void {
  for (const [id, value] of Object.entries(answers)) {
    if (id === 'name' || id === 'namespace') continue;
    const question = questions.find((other) => other.id === id);
    if (!question) {
      const ids = questions.map((other) => other.id).join(', ');
      throw invalid(
        `--answer ${id}: there is no such question here`,
        ids === '' ? 'there is none at all' : `there are: ${ids}`,
      );
    }
    if (!question.choices.some((choice) => choice.value === value)) {
      const choices = question.choices.map((choice) => choice.value).join(', ');
      throw invalid(`--answer ${id}=${value}: there is no such choice`, `there are: ${choices}`);
    }
  }
}

function invalid(message: string, hint: string): RockpoolError {
  return new RockpoolError({ code: 'ANSWER_INVALID', subject: 'init', message, hint }, { exitCode: 2 });
}
