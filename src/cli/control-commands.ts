import { type Command, Option } from 'commander';

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
