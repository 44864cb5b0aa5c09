import { confirm, isCancel, select } from '@clack/prompts';
import type { Answers, Proposal } from '../scaffold/proposal.ts';
import { RockpoolError } from '../session/failure.ts';
import { printFiles } from './print-proposal.ts';

/**
 * Asks at the terminal what the proposal does not settle, one question after the other, since an answer may bring new
 * questions. Rejects with a RockpoolError of exit code 130 when it is broken off.
 */
export async function askQuestions(
  propose: (answers: Answers) => Promise<Proposal>,
  given: Answers,
  signal: AbortSignal,
): Promise<Proposal> {
  for (let answers = given; ; ) {
    const proposal = await propose(answers);
    const question = proposal.questions.find(({ id }) => answers[id] === undefined);
    if (!question) return proposal;
    const answer = await select({
      message: question.ask,
      options: question.choices.map(({ value, hint }) => ({
        value,
        label: value,
        ...(hint === undefined ? {} : { hint }),
      })),
      initialValue: question.answer,
      output: process.stderr,
      signal,
    });
    if (isCancel(answer)) throw brokenOff();
    answers = { ...answers, [question.id]: answer };
  }
}

/** Shows what would be written and asks whether it should be. */
export async function confirmWriting(proposal: Proposal): Promise<boolean> {
  printFiles(proposal);
  const names = [...proposal.files.map(({ path }) => path), 'rockpool.yaml'].join(', ');
  const answer = await confirm({ message: `Write ${names}?`, output: process.stderr });
  if (isCancel(answer)) throw brokenOff();
  if (!answer) console.error('nothing was written');
  return answer;
}

function brokenOff(): RockpoolError {
  const message = 'broken off: nothing was written';
  return new RockpoolError({ code: 'INIT_CANCELLED', subject: 'init', message }, { exitCode: 130 });
}
