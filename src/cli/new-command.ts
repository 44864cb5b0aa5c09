import { type Command, Option } from 'commander';

/** `rockpool new`: the flags of a template's answers are known only once the template is, so they come as words. */
export function addNewCommand(program: Command, set: (code: number | undefined) => void): void {
  const said = new Set<string>();
  program
    .command('new')
    .argument('[template]', 'a template that rockpool brings, or a folder such as ./my-template')
    .argument('[dir]', 'the folder to make; . is this one')
    .usage('[template] [dir] [options]')
    .description('make a project from a template: files, a git repository, a first commit')
    .option('-y, --yes', 'ask nothing: take the defaults')
    .option('--git', 'make a git repository also inside another one')
    .option('--no-git', 'make no git repository')
    .on('option:git', () => said.add('git'))
    .on('option:no-git', () => said.add('no-git'))
    .option('--list', 'only list the templates')
    .addOption(new Option('-o, --output <form>', 'of --list').choices(['text', 'json']).default('text'))
    .helpOption(false)
    .option('-h, --help', 'show this, and with a template what it asks')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_template, _dir, options, command: Command) =>
      set(
        await (await import('./commands/new.ts')).newProject(command, {
          ...options,
          isGitDenied: said.size > 1,
        }),
      ),
    );
}
