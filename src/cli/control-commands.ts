import { type Command, Option } from 'commander';
import { takeOwnOptions } from './own-options.ts';
import { onProject } from './project-options.ts';

type SetExitCode = (code: number | undefined) => void;

/** The commands that ask and drive the running session from another terminal. */
export function addControlCommands(program: Command, set: SetExitCode): void {
  withOutput(onSession(program.command('status')))
    .description('show how the running session is: images, workloads, forwards, what waits, what failed')
    .action(async (options) => set(await (await import('./commands/status.ts')).status(options)));
  withOutput(onSession(program.command('wait')))
    .argument('[name]', 'an image or a workload (default: everything)')
    .description('wait until everything that was saved before is live; exit 1 as soon as it has failed')
    .addOption(new Option('--for <what>', 'what to wait for').choices(['current']).default('current'))
    .option('--timeout <duration>', 'how long, such as 90s or 5m', '60s')
    .option('--start-timeout <duration>', 'how long a session may take to come up', '5s')
    .action(async (name, options) => set(await (await import('./commands/wait.ts')).wait(name, options)));
  onSession(program.command('trigger'))
    .argument('[name]', 'an image, or a workload for its images (default: everything)')
    .description('build and apply again as if it had been saved')
    .action(async (name, options) =>
      set(await (await import('./commands/trigger.ts')).trigger(name, options)),
    );
  onSession(program.command('pause'))
    .description('let the running session collect changes and not act on them')
    .action(async (options) => set(await (await import('./commands/pause.ts')).pause(options)));
  onSession(program.command('resume'))
    .description('let the running session act on changes again')
    .action(async (options) => set(await (await import('./commands/resume.ts')).resume(options)));
  onSession(program.command('events'))
    .description('print the facts of the session as JSON lines; without a session, those of the last one')
    .option('--after <number>', 'only events after this one')
    .option('--follow', 'stay for what comes')
    .action(async (options) => set(await (await import('./commands/events.ts')).events(options)));
  onSession(program.command('open'))
    .argument('[name]', 'what is forwarded, such as web or service/web:80 (default: the only one)')
    .description('open the address of a forward in the browser, and print it')
    .action(async (name, options) => set(await (await import('./commands/open.ts')).open(name, options)));
  addFileCommands(program, set);
  addWorkloadCommands(program, set);
}

/** These need no session: what they tell is in files. */
function addFileCommands(program: Command, set: SetExitCode): void {
  withOutput(onProject(program.command('explain')))
    .argument('<path>', 'a file, which need not be there')
    .description('say what a file belongs to, or why it is ignored, and what a change of it causes')
    .action(async (path, options) =>
      set(await (await import('./commands/explain.ts')).explain(path, options)),
    );
  withOutput(onSession(program.command('replay')))
    .argument('[log]', 'an event log (default: that of the newest session)')
    .description('show the state that an event log leads to; runs nothing')
    .option('--at <number>', 'stop after this event')
    .action(async (log, options) => set(await (await import('./commands/replay.ts')).replay(log, options)));
}

/** These work on the cluster, with or without a session. */
function addWorkloadCommands(program: Command, set: SetExitCode): void {
  onProject(program.command('restart'))
    .argument('<name>', 'a workload')
    .description('make new pods of a workload and wait until they are there')
    .option('--timeout <duration>', 'how long, such as 90s or 5m', '5m')
    .action(async (name, options) =>
      set(await (await import('./commands/restart.ts')).restart(name, options)),
    );
  onProject(program.command('exec'))
    .argument('<name>', 'a workload')
    .argument('<command...>', 'the command with its options')
    .usage('[options] <name> -- <command...>')
    .passThroughOptions()
    .description('run a command in the newest ready pod of a workload; ends with its exit code')
    .option('-c, --container <name>', 'the container (default: as kubectl chooses)')
    .option('-i, --stdin', 'pass on stdin')
    .option('-t, --tty', 'give the command a terminal')
    .action(async (name, words, _options, command: Command) => {
      const wanted = takeOwnOptions(words, { command });
      set(await (await import('./commands/exec.ts')).exec(name, wanted, command.opts()));
    });
}

function onSession(command: Command): Command {
  return command.option(
    '-f, --file <file>',
    'the configuration whose session is meant (default: rockpool.yaml here or above)',
  );
}

function withOutput(command: Command): Command {
  return command.addOption(
    new Option('-o, --output <form>', 'for people or for programs').choices(['text', 'json']).default('text'),
  );
}
