import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { takeOwnOptions } from '../../../src/cli/own-options.ts';
import { RockpoolError } from '../../../src/session/failure.ts';

const commandOf = () =>
  new Command('exec')
    .exitOverride()
    .option('-c, --container <name>')
    .option('-i, --stdin')
    .option('-n <name>');

describe('what follows the name', () => {
  test.each([
    ['node --version', [], ['node', '--version']],
    ['-- node --version', [], ['node', '--version']],
    ['-c web -i -- sh -c x', { container: 'web', stdin: true }, ['sh', '-c', 'x']],
    ['sh -c x -- y', [], ['sh', '-c', 'x', '--', 'y']],
    ['-n shop -- env', { n: 'shop' }, ['env']],
  ])('%s', (words, options, wanted) => {
    const command = commandOf();
    expect(takeOwnOptions(words.split(' '), { command })).toEqual(wanted);
    expect(command.opts()).toEqual({ ...options });
  });

  test.each(['--version', '-c web sh', '--', '-c web --', '--wrong -- sh', '-i web -- sh'])(
    '%s is no command',
    (words) => {
      expect(() => takeOwnOptions(words.split(' '), { command: commandOf() })).toThrow(RockpoolError);
    },
  );
});
