import { type Command, Option } from 'commander';

/** `rockpool demo`. */
export function addDemoCommand(program: Command, set: (code: number | undefined) => void): void {
  program
    .command('demo')
    .description('show the loop on a small project of its own, with nothing installed; leaves nothing behind')
    .addOption(
      new Option(
        '--cluster <which>',
        "sandbox: an embedded cluster, whose containers are programs of this machine; local: the kubeconfig's",
      ).choices(['sandbox', 'local']),
    )
    .option('--context <name>', 'kubeconfig context; means --cluster local')
    .option('--kubeconfig <file>', 'kubeconfig file; means --cluster local')
    .addOption(
      new Option('-o, --output <form>', 'ui in a terminal, plain lines otherwise')
        .choices(['auto', 'ui', 'plain'])
        .default('auto'),
    )
    .action(async (options) => set(await (await import('./commands/demo.ts')).demo(options)));
}
