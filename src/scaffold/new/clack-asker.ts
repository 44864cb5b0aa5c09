import { styleText } from 'node:util';
import { isCancel, select, text } from '@clack/prompts';
import { type Asker, Cancelled } from './asker.ts';

/** Asks on the terminal of this process; what is shown goes to stderr, since stdout is for data. */
export function createClackAsker(): Asker {
  const output = process.stderr;
  return {
    async text({ question, preset, problem }, signal) {
      const answer = await text({
        message: question,
        ...(preset === undefined ? {} : { placeholder: preset, defaultValue: preset }),
        validate: (value) => problem(value || (preset ?? '')),
        output,
        signal,
      });
      return answered(answer, signal);
    },
    async choice({ question, choices }, signal) {
      const width = Math.max(...choices.map(({ value }) => value.length));
      // A hint of clack's is shown for the one chosen only: people choose by them.
      const options = choices.map(({ value, hint }) => ({
        value,
        label: hint === undefined ? value : `${value.padEnd(width)}  ${styleText('dim', hint)}`,
      }));
      return answered(await select({ message: question, options, output, signal }), signal);
    },
  };
}

function answered(answer: string | symbol, signal: AbortSignal): string {
  signal.throwIfAborted();
  if (isCancel(answer)) throw new Cancelled('the question was left');
  return answer as string;
}
