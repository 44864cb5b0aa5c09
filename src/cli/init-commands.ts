import type { Command } from 'commander';
import { collect } from './project-options.ts';

/** `rockpool init`. */
export function addInitCommand(program: Command, set: (code: number | undefined) => void): void {
  program
    .command('init')
    .argument('[folder]', 'the project (default: this folder)')
    .description(
      'write a rockpool.yaml for a project, from its Dockerfiles, manifests, charts and compose files',
    )
    .option('-y, --yes', 'ask nothing, take the default of every question')
    .option('--dry-run', 'print what would be written, and write nothing')
    .option('--name <name>', 'name of the project (default: that of its folder)')
    .option('-n, --namespace <name>', 'namespace (default: that of the manifests)')
    .option('--answer <id=value>', 'answer a question, as `--yes` names them', collect, [])
    .action(async (folder, options) => set(await (await import('./commands/init.ts')).init(folder, options)));
}
