import type { ControlClient } from '../control/node-control-client.ts';
import type { LogLine } from '../logs/log-line.ts';
import { createPlainPrinter } from '../logs/plain-printer.ts';
import type { LogQueryOptions } from '../logs/query.ts';
import { RockpoolError } from '../session/failure.ts';
import { parseCount } from './parse-count.ts';

export type SessionLogsOptions = Pick<
  LogQueryOptions,
  | 'container'
  | 'include'
  | 'exclude'
  | 'excludeContainer'
  | 'selector'
  | 'follow'
  | 'output'
  | 'timestamps'
  | 'color'
  | 'since'
  | 'tail'
  | 'allNamespaces'
> & { readonly after?: string };

/** Prints lines that the session has read: as JSON with their numbers, so that a script goes on where it was. */
export async function sessionLogs(
  client: ControlClient,
  query: string,
  options: SessionLogsOptions,
  signal: AbortSignal,
): Promise<number> {
  refuseUnsupported(options);
  const { container, include, exclude, follow, output } = options;
  const printer = createPrinter(options);
  const either = AbortSignal.any([signal, printer.closed]);
  const after = parseCount(options.after, '--after');
  const params = { ...{ query, container, follow, after }, include: [...include], exclude: [...exclude] };
  try {
    for await (const item of client.stream('logs', params, either)) {
      if ('dropped' in item) console.error(`${item.dropped} older lines are not kept any more`);
      else if (output === 'json') await printer.write(`${JSON.stringify(item)}\n`);
      else await printer.print([item as LogLine]);
    }
  } catch (error) {
    if (!printer.closed.aborted) throw error;
  }
  return 0;
}

function createPrinter({ output, timestamps = false, color }: SessionLogsOptions) {
  const { stdout } = process;
  const colour = color === 'always' || (color === 'auto' && stdout.isTTY && stdout.hasColors());
  const form = { format: output, timestamps, colour, terminal: stdout.isTTY === true };
  const printer = createPlainPrinter(stdout, form);
  return {
    ...printer,
    write: async (text: string) => {
      if (stdout.write(text)) return;
      await Promise.race([
        new Promise((resolve) => stdout.once('drain', resolve)),
        new Promise((resolve) => printer.closed.addEventListener('abort', resolve)),
      ]);
    },
  };
}

/** What only makes sense for lines that are read from the cluster. Not given, they have the values of program.ts. */
function refuseUnsupported(asked: SessionLogsOptions): void {
  const options = [
    ...(asked.excludeContainer.length > 0 ? ['--exclude-container'] : []),
    ...(asked.selector ? ['--selector'] : []),
    ...(asked.allNamespaces ? ['--all-namespaces'] : []),
    ...(asked.since === '48h' ? [] : ['--since']),
    ...(asked.tail === '-1' ? [] : ['--tail']),
  ];
  if (options.length === 0) return;
  throw new RockpoolError(
    {
      code: 'LOGS_USAGE',
      subject: 'logs',
      message: `${options.join(' and ')} cannot be used with --session.`,
      hint: 'Without --session the lines come from the cluster; with it, --after says where to begin.',
    },
    { exitCode: 2 },
  );
}
