import type { Command } from 'commander';

/** The options of ProjectOptions, as kubectl users expect them. */
export function onProject(command: Command): Command {
  return command
    .option('-f, --file <file>', 'the configuration (default: rockpool.yaml here or above)')
    .option('--profile <name>', 'a profile of the configuration')
    .option('--set <path=value>', 'set a template value', collect, [])
    .option('--values <file>', 'a YAML file of template values', collect, [])
    .option('--context <name>', 'kubeconfig context')
    .option('-n, --namespace <name>', 'namespace')
    .option('--kubeconfig <file>', 'kubeconfig file');
}

/** For options that may be given several times. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}
