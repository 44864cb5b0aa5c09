import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const bin = join(import.meta.dirname, '..', '..', '..', 'bin', 'rockpool.js');

/** A shell in a terminal, as somebody sits before it. */
export interface ShellTerminal {
  type(text: string): void;
  /** What is on screen, once it fits. Rejects after twenty seconds with what was there instead. */
  shows(fits: RegExp): Promise<string>;
  close(): void;
}

export interface ShellTerminalOptions {
  /** an empty folder for the shell's files */
  readonly home: string;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts an interactive shell that has learned to complete rockpool, with nothing of the user's own. */
export async function openShell(
  shell: string,
  { home, cwd, env = {} }: ShellTerminalOptions,
): Promise<ShellTerminal> {
  await putRockpoolInto(join(home, 'bin'));
  await writeStartFiles(home);
  const terminal = new xterm.Terminal({ cols: 120, rows: 40, allowProposedApi: true });
  const child = spawn(shell, argumentsOf(shell, home), {
    ...{ cwd, cols: 120, rows: 40, name: 'xterm' },
    env: {
      ...process.env,
      ...{ HOME: home, ZDOTDIR: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, PS1: '> ' },
      ...{ PATH: [join(home, 'bin'), process.env['PATH']].join(delimiter), TERM: 'xterm', LC_ALL: 'C.UTF-8' },
      ...env,
    },
  });
  child.onData((text) => terminal.write(text));
  const screen = () =>
    Array.from({ length: terminal.rows }, (_, row) =>
      terminal.buffer.active.getLine(row)?.translateToString(true).trimEnd(),
    ).join('\n');
  return {
    type: (text) => child.write(text),
    shows: async (fits) => {
      for (const end = Date.now() + 20_000; Date.now() < end; await sleep(30)) {
        if (fits.test(screen())) return screen();
      }
      throw new Error(`${fits} was not shown by ${shell}:\n${screen().trimEnd()}`);
    },
    close: () => child.kill('SIGKILL'),
  };
}

function argumentsOf(shell: string, home: string): string[] {
  return shell === 'bash' ? ['--noprofile', '--rcfile', join(home, '.start.bash'), '-i'] : ['-i'];
}

/** As somebody does it who follows the help. */
async function writeStartFiles(home: string): Promise<void> {
  await mkdir(join(home, 'fish'), { recursive: true });
  const files = {
    '.start.bash': "source <(rockpool completion bash)\nPS1='> '\n",
    '.zshrc': "autoload -Uz compinit && compinit -u -D\nsource <(rockpool completion zsh)\nPS1='> '\n",
    'fish/config.fish':
      "rockpool completion fish | source\nfunction fish_prompt; echo '> '; end\nset fish_greeting\n",
  };
  for (const [file, text] of Object.entries(files)) await writeFile(join(home, file), text);
}

async function putRockpoolInto(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'rockpool');
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  await chmod(file, 0o755);
}
