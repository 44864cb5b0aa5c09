import { Argument, Command, Option } from 'commander';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Asked, completeLine } from '../../../src/completion/complete-line.ts';
import { completionText } from '../../../src/completion/completion-text.ts';
import { splitLine } from '../../../src/completion/split-line.ts';
import type { ValueKind } from '../../../src/completion/value-kind.ts';

const program = new Command('rockpool').version('1', '-V, --version').enablePositionalOptions();
program
  .command('up')
  .alias('dev')
  .description('watch and build')
  .option('-f, --file <file>', 'the configuration')
  .option('--context <name>', 'kubeconfig context')
  .option('--set <value>', 'may be given often', (value: string, all: string[]) => [...all, value], [])
  .option('--force', 'do it')
  .addOption(new Option('-o, --output <form>', 'how').choices(['plain', 'json']));
program.command('build').argument('[images...]');
program
  .command('exec')
  .argument('<name>')
  .argument('<command...>')
  .passThroughOptions()
  .option('-c, --container <name>');
program.command('completion').addArgument(new Argument('<shell>').choices(['bash', 'zsh']));
program.command('explain').argument('<path>');
program.command('new').argument('[template]').argument('[dir]');
program.command('secret', { hidden: true });

const names: Partial<Record<ValueKind, string[]>> = {
  context: ['minikube', 'prod:eu'],
  image: ['shop/web', 'shop/api'],
  workload: ['web', 'web'],
  container: ['main'],
  'template or folder': ['node'],
};
let asked: Asked | undefined;
async function complete(line: string): Promise<string> {
  const { candidates, also = '' } = await completeLine(
    program,
    splitLine(line).slice(1),
    async (kind, about) => {
      asked = about;
      return (names[kind] ?? []).map((value) => ({ value }));
    },
  );
  return [...candidates.map(({ value }) => value), also === '' ? '' : `+${also}`].join(' ').trim();
}

test.each([
  ['rockpool ', 'up build exec completion explain new help'],
  ['rockpool u', 'up'],
  ['rockpool help bu', 'build'],
  ['rockpool -', '--version --help'],
  ['rockpool up --', '--file --context --set --force --output --help'],
  ['rockpool dev --fo', '--force'],
  ['rockpool up --force --context x --', '--file --set --output --help'],
  ['rockpool up --set a=1 --se', '--set'],
  ['rockpool up --output ', 'plain json'],
  ['rockpool up -o p', 'plain'],
  ['rockpool up --output=j', '--output=json'],
  ['rockpool up --context ', 'minikube prod:eu'],
  ['rockpool up --context=prod:', '--context=prod:eu'],
  ['rockpool up --set ', ''],
  ['rockpool up -f ', '+files'],
  ['rockpool up --file=a', '+files'],
  ['rockpool up ', ''],
  ['rockpool build ', 'shop/web shop/api'],
  ['rockpool build shop/web s', 'shop/api'],
  ['rockpool build -- s', 'shop/web shop/api'],
  ['rockpool build -- -', ''],
  ['rockpool exec ', 'web'],
  ['rockpool exec web -', '--container --help'],
  ['rockpool exec web -c ', 'main'],
  ['rockpool exec -c m', 'main'],
  ['rockpool exec web ls -', ''],
  ['rockpool exec web -- ls -', ''],
  ['rockpool completion ', 'bash zsh'],
  ['rockpool completion bash ', ''],
  ['rockpool explain ', '+files'],
  ['rockpool new ', 'node'],
  ['rockpool new ./', '+folders'],
  ['rockpool new node ', '+folders'],
  ['rockpool nothing ', ''],
  ['rockpool up --unknown ', ''],
])('%s', async (line, expected) => {
  expect(await complete(line)).toBe(expected);
});

test('what tells the project, the cluster and the workload is handed on', async () => {
  await complete("rockpool exec 'web' --container ");
  expect(asked).toEqual({ workload: 'web' });
  await complete('rockpool up -f a/rockpool.yaml --context ');
  expect(asked).toEqual({ file: 'a/rockpool.yaml' });
});

test('names that cannot be found are none', async () => {
  const source = () => Promise.reject(new Error('no kubeconfig'));
  expect(await completeLine(program, ['up', '--context', ''], source)).toEqual({ candidates: [] });
});

test('any line has an answer of whole lines', async () => {
  const sign = fc.constantFrom(...'rockpol upexc-=:"\'\\ $(`'.split(''));
  await fc.assert(
    fc.asyncProperty(
      fc.array(sign).map((signs) => signs.join('')),
      async (line) => {
        const words = splitLine(line);
        expect(words.length).toBeGreaterThan(0);
        const text = completionText(await completeLine(program, words.slice(1), async () => []));
        expect(text).toMatch(/^([^\n]+\t[^\n]*\n)*:(files|folders)?\n$/);
      },
    ),
  );
});

describe('a line becomes words as a shell has them', () => {
  test.each([
    ['', ['']],
    ['a b', ['a', 'b']],
    ['a  b ', ['a', 'b', '']],
    [`a "b c" 'd e`, ['a', 'b c', 'd e']],
    [String.raw`a\ b c\"`, ['a b', 'c"']],
    [`"a"'b'c`, ['abc']],
    ['a ""', ['a', '']],
    ['a "" ', ['a', '', '']],
    ['a $(touch x)', ['a', '$(touch', 'x)']],
  ])('%s', (line, words) => {
    expect(splitLine(line)).toEqual(words);
  });
});
