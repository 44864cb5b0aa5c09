import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type BareMachine, createBareMachine } from './bare-machine.ts';
import { openTerminal } from './open-terminal.ts';

const SLOW = 120_000;

/** Nothing of it is anywhere; what a killed program leaves is cleared away within seconds. */
async function expectNothingLeft({ temporary, home, processes }: BareMachine): Promise<void> {
  const left = () => readdirSync(temporary).filter((name) => name.startsWith('rockpool-demo-'));
  await expect.poll(() => [...left(), ...processes()], { timeout: 30_000 }).toEqual([]);
  expect(readdirSync(home)).toEqual([]);
}

describe('without a terminal', () => {
  test(
    'an edit goes live, a mistake is told, its repair goes live, and nothing is left',
    async () => {
      const machine = createBareMachine();
      const run = machine.start(['demo']);
      expect(await run.exit, run.output()).toBe(0);
      const said = run.output();
      expect(said).toMatch(/^sandbox: .*without isolation/);
      const told = said.split('\n').filter((line) => line.startsWith('demo  '));
      expect(told).toEqual([
        expect.stringMatching(/1 of 4 .*rockpool-demo-\w+\/hello/),
        expect.stringMatching(
          /Live [\d.]+ s after the start: http:\/\/localhost:\d+\/ answers "Hello from Node"\.$/,
        ),
        expect.stringContaining('2 of 4'),
        expect.stringMatching(
          /Live .* in the same pod, without a build: .*"Hello from Node, edited while it runs"\.$/,
        ),
        expect.stringContaining('3 of 4'),
        expect.stringMatching(/Told .*: Dockerfile:9: RUN .*npm ci .*ended with exit code 1/),
        expect.stringContaining('serves on: "Hello from Node, edited while it runs"'),
        expect.stringContaining('4 of 4'),
        expect.stringMatching(/Live .* in a new pod: .*answers version 0\.2\.0\.$/),
        expect.stringMatching(/live [\d.]+ s after the start; an edit [\d.]+ s after its save/),
        expect.stringContaining('nothing is left'),
        expect.stringMatching(/rockpool\.js new/),
      ]);
      expect(said).toContain('npm error code EJSONPARSE');
      await expectNothingLeft(machine);
    },
    SLOW,
  );

  test.each([
    ['when the sandbox is there', /^sandbox: /],
    ['while the image is built', 'building generation 1'],
    ['while the edit goes live', '2 of 4'],
  ])(
    'SIGTERM %s: everything ends, 143',
    async (_when, moment) => {
      const machine = createBareMachine();
      const run = machine.start(['demo']);
      await run.says(moment);
      run.kill('SIGTERM');
      expect(await run.exit, run.output()).toBe(143);
      expect(run.output()).not.toMatch(/^\s+at .*\.m?[jt]s/m);
      await expectNothingLeft(machine);
    },
    SLOW,
  );

  test(
    'kill -9: what is left goes by itself',
    async () => {
      const machine = createBareMachine();
      const run = machine.start(['demo']);
      await run.says('"Hello from Node"');
      expect(machine.processes().join('\n')).toContain('src/main.ts');
      run.kill('SIGKILL');
      expect(await run.exit).toBeNull();
      await expectNothingLeft(machine);
    },
    SLOW,
  );

  test(
    'a machine whose npm fails: which step, what rockpool says, and 1',
    async () => {
      const machine = createBareMachine();
      machine.program('npm', 'echo "npm error this machine has had enough" >&2; exit 7');
      const run = machine.start(['demo']);
      expect(await run.exit, run.output()).toBe(1);
      expect(run.output()).toContain('The demo ended at "the project comes up": rockpool says:');
      expect(run.output()).toMatch(/Dockerfile:9: RUN .*npm ci .*exit code 7/);
      expect(run.output()).not.toContain('nothing is left');
      await expectNothingLeft(machine);
    },
    SLOW,
  );
});

describe('in a terminal', () => {
  test(
    'the steps stand among the logs, the mistake on the screen, then the keyboard is yours',
    async () => {
      const machine = createBareMachine();
      const terminal = openTerminal(['demo'], machine);
      await terminal.until(/demo 1 of 4/);
      await terminal.until(/after the save, in the same pod, without a build/);
      await terminal.until(/✗ hello[\s\S]*Dockerfile:9[\s\S]*demo 3 of 4/);
      await terminal.until(/Your turn: change something in .*rockpool-demo-/);
      expect(terminal.buffer()).toBe('alternate');
      terminal.type('q');
      expect(await terminal.exit).toBe(0);
      expect(terminal.buffer()).toBe('normal');
      await terminal.until(/demo {2}nothing is left/);
      await expectNothingLeft(machine);
    },
    SLOW,
  );

  test(
    'Ctrl-C in the middle of it: 130, and nothing is left',
    async () => {
      const machine = createBareMachine();
      const terminal = openTerminal(['demo'], machine);
      await terminal.until(/demo 1 of 4/);
      terminal.type('\u0003');
      expect(await terminal.exit).toBe(130);
      await expectNothingLeft(machine);
    },
    SLOW,
  );
});
