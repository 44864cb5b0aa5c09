import { Argument, Command, CommanderError, Option } from 'commander';
import { addCompletionCommands } from './completion-commands.ts';
import { addControlCommands } from './control-commands.ts';
import { addDemoCommand } from './demo-command.ts';
import { addInitCommand } from './init-commands.ts';
import { addNewCommand } from './new-command.ts';
import { collect, onProject } from './project-options.ts';
import { reportError } from './report-error.ts';
import { interruptedExitCode } from './until-interrupted.ts';

/** Options that every command on a project takes, as kubectl users expect them. */
export interface ProjectOptions {
  readonly file?: string;
  readonly profile?: string;
  readonly set: readonly string[];
  readonly values: readonly string[];
  readonly context?: string;
  readonly namespace?: string;
  readonly kubeconfig?: string;
}

/** Parses a command line, runs its command and returns the exit code: 0, 1 failed, 2 usage, 3 refused, 130. */
export async function runProgram(argv: readonly string[], version: string): Promise<number> {
  let exitCode = 0;
  const set = (code: number | undefined) => {
    exitCode = code ?? 0;
  };
  const program = new Command('rockpool')
    .description('The local development loop for Kubernetes in one command.')
    .version(version, '-V, --version')
    .showHelpAfterError('(rockpool --help lists the commands)')
    .exitOverride()
    // A command that is run in a pod keeps its own options.
    .enablePositionalOptions()
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 usage or config, 3 refused, 130 interrupted.');
  addLoopCommands(program, set);
  addStepCommands(program, set);
  addLogsCommand(program, set);
  addControlCommands(program, set);
  addDemoCommand(program, set);
  addNewCommand(program, set);
  addInitCommand(program, set);
  addCompletionCommands(program, set);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return interruptedExitCode() || reportError(error);
  }
}

type SetExitCode = (code: number | undefined) => void;

function addLoopCommands(program: Command, set: SetExitCode): void {
  onApply(program.command('up').alias('dev'))
    .description('watch, build, apply, forward and stream logs until you quit')
    .addOption(
      new Option('-o, --output <form>', 'ui in a terminal, plain lines otherwise, or JSON lines of events')
        .choices(['auto', 'ui', 'plain', 'json'])
        .default('auto'),
    )
    .addOption(
      new Option(
        '--on-exit <what>',
        'what becomes of the workloads then (default: onExit of rockpool.yaml)',
      ).choices(['keep', 'stop', 'down']),
    )
    .addOption(
      new Option(
        '--cluster <which>',
        'sandbox: an embedded cluster that needs neither Docker nor Kubernetes; its containers are programs of this machine, without isolation',
      ).choices(['sandbox']),
    )
    .option(
      '-y, --yes',
      "with --cluster sandbox: run the project's commands on this machine without a question",
    )
    .option('--takeover', 'end another session that works on the same app and namespace, and take its place')
    .option('--attach', 'watch and drive another session that works on the same app and namespace')
    .action(async (options) => set(await (await import('./commands/up.ts')).up(options)));
  onProject(program.command('stop'))
    .description('take every pod away and keep everything else; the next up or apply puts it back')
    .option('--takeover', 'end a session that works on the same app and namespace first')
    .action(async (options) => set(await (await import('./commands/stop.ts')).stop(options)));
  onProject(program.command('down'))
    .description('delete what was applied; volumes and namespaces stay')
    .option('--volumes', 'delete the volumes and what is on them, too')
    .option('--adopted', 'delete what was there before the project took it over, too')
    .option('--dry-run', 'only tell what would be deleted')
    .option('--takeover', 'end a session that works on the same app and namespace first')
    .action(async (options) => set(await (await import('./commands/down.ts')).down(options)));
}

function addStepCommands(program: Command, set: SetExitCode): void {
  onProject(program.command('build'))
    .argument('[images...]', 'images to build (default: all)')
    .description('build the images into the daemon of the cluster and print their refs')
    .option(
      '--push [registry]',
      'push them, too: to this one (--push=HOST), else to `registry` of rockpool.yaml',
    )
    .action(async (images, options) =>
      set(await (await import('./commands/build.ts')).build(images, options)),
    );
  onProject(program.command('render'))
    .description('print the manifests with values filled in; needs no cluster, so images keep their names')
    .action(async (options) => set(await (await import('./commands/render.ts')).render(options)));
  onProject(program.command('diff'))
    .description('show what apply would change in the cluster (exit 1 if anything)')
    .action(async (options) => set(await (await import('./commands/diff.ts')).diff(options)));
  onApply(program.command('apply'))
    .description('build what is not built and apply the manifests once')
    .action(async (options) => set(await (await import('./commands/apply.ts')).apply(options)));
  onProject(program.command('doctor'))
    .description('check all that a session needs, and prove that a new image gets to the nodes')
    .addOption(new Option('-o, --output <form>', 'lines or JSON').choices(['text', 'json']).default('text'))
    .action(async (options) => set(await (await import('./commands/doctor.ts')).doctor(options)));
  program
    .command('schema')
    .addArgument(
      new Argument('[what]', 'whose').choices(['config', 'control', 'events', 'template']).default('config'),
    )
    .option('--write', 'write that of config or template to where the first line of the file sends editors')
    .description(
      'print the JSON Schema of rockpool.yaml, of the events, of what a session can be asked, or of template.yaml',
    )
    .action(async (what, options) => set(await (await import('./commands/schema.ts')).schema(what, options)));
}

function addLogsCommand(program: Command, set: SetExitCode): void {
  program
    .command('logs')
    .argument('[query]', 'pod name regex, or kind/name such as deployment/web', '.*')
    .description('stream the logs of every pod that matches, as stern does')
    .option(
      '-f, --file <file>',
      'the configuration whose namespace is meant (default: rockpool.yaml here or above)',
    )
    .option('--context <name>', 'kubeconfig context')
    .option('--kubeconfig <file>', 'kubeconfig file')
    .option('-n, --namespace <name>', 'namespace (default: that of rockpool.yaml, else of the context)')
    .option('-A, --all-namespaces', 'every namespace')
    .option('-c, --container <regex>', 'containers to show', '.*')
    .option('-E, --exclude-container <regex>', 'containers to leave out', collect, [])
    .option('-l, --selector <labels>', 'label selector')
    .option('-i, --include <regex>', 'show only lines that match', collect, [])
    .option('-e, --exclude <regex>', 'leave out lines that match', collect, [])
    .option('-s, --since <duration>', 'lines newer than, such as 90s, 5m, 2h', '48h')
    .option('--tail <lines>', 'this many lines of each container first, -1 for all', '-1')
    .option('--no-follow', 'end after what is there now')
    .option('--session', 'lines that the running session has read, with their numbers in -o json')
    .option('--after <number>', 'with --session: only lines after this one')
    .addOption(
      new Option('-o, --output <form>', 'how a line is shown')
        .choices(['default', 'raw', 'json'])
        .default('default'),
    )
    .option('-t, --timestamps', 'show the time of each line')
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .action(async (query, options) => set(await (await import('./commands/logs.ts')).logs(query, options)));
}

function onApply(command: Command): Command {
  return onProject(command)
    .option('--adopt', 'take over objects that kubectl, helm or another tool made')
    .option(
      '--force',
      'delete and make anew what has changed fields that cannot be changed; never volume claims',
    );
}
