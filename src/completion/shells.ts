import { bash } from './scripts/bash.ts';
import { fish } from './scripts/fish.ts';
import { powershell } from './scripts/powershell.ts';
import { zsh } from './scripts/zsh.ts';

interface Shell {
  /** what tells it how to complete rockpool */
  readonly script: string;
  /** how it is installed for good, in words and commands */
  readonly install: string;
}

/** The shells whose command lines rockpool completes. */
export const shells: Readonly<Record<string, Shell>> = {
  bash: { script: bash, install: `echo 'source <(rockpool completion bash)' >> ~/.bashrc` },
  zsh: {
    script: zsh,
    install: `echo 'source <(rockpool completion zsh)' >> ~/.zshrc   # below the line with compinit`,
  },
  fish: { script: fish, install: 'rockpool completion fish > ~/.config/fish/completions/rockpool.fish' },
  powershell: {
    script: powershell,
    install: `'rockpool completion powershell | Out-String | Invoke-Expression' >> $PROFILE`,
  },
};

/** How to install each, for help. Pure. */
export function installHelp(): string {
  const width = Math.max(...Object.keys(shells).map((name) => name.length));
  const lines = Object.entries(shells).map(([name, { install }]) => `  ${name.padEnd(width)}  ${install}`);
  return `\nOnce, and then in every new shell:\n${lines.join('\n')}`;
}
