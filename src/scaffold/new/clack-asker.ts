import { isCancel, select, text } from '@clack/prompts';
import { type Asker, Cancelled } from './asker.ts';

/** Asks on the terminal of this process; what is shown goes to stderr, since stdout is for data. */
export function createClackAsker(): Asker {
  const output = process.stderr;
  return {
    async text({ question, initial, problem }, signal) {
      const answer = await text({
        message: question,
        ...(initial === undefined ? {} : { initialValue: initial }),
        validate: (value) => problem(value ?? ''),
        output,
        signal,
      });
      return answered(answer, signal);
    },
    async choice({ question, choices }, signal) {
      const options = choices.map(({ value, hint }) => (hint === undefined ? { value } : { value, hint }));
      return answered(await select({ message: question, options, output, signal }), signal);
    },
  };
}

function answered(answer: string | symbol, signal: AbortSignal): string {
  signal.throwIfAborted();
  if (isCancel(answer)) throw new Cancelled('the question was left');
  return answer as string;
}
