import { Argument, type Command } from 'commander';
import { installHelp, shells } from '../completion/shells.ts';

/** `rockpool completion`, and what its scripts ask. */
export function addCompletionCommands(program: Command, set: (code: number | undefined) => void): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'whose script to print').choices(Object.keys(shells)))
    .description('print the script that makes a shell complete commands, options and names')
    .addHelpText('after', installHelp)
    .action(async (shell) => set((await import('./commands/completion.ts')).completion(shell)));
  program
    .command('complete', { hidden: true })
    .argument('[words...]', 'the words after rockpool, the last being the one that is typed')
    .option('--line <line>', 'the command line up to the cursor instead')
    .action(async (words, { line }) =>
      set(await (await import('./commands/complete.ts')).complete(program, words, line)),
    );
}
