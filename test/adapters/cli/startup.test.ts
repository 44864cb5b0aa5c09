import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const bin = join(import.meta.dirname, '..', '..', '..', 'bin', 'rockpool.js');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rockpool-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, KUBECONFIG: join(folder, 'none'), NODE_V8_COVERAGE: join(folder, 'coverage') },
  });

/** Texts of all script files that the last run loaded, as V8 reports them. */
function loaded(): string[] {
  const reports = readdirSync(join(folder, 'coverage')).map((name) =>
    readFileSync(join(folder, 'coverage', name), 'utf8'),
  );
  const urls = reports.flatMap((text) =>
    (JSON.parse(text) as { result: { url: string }[] }).result.map(({ url }) => url),
  );
  return urls.filter((url) => url.startsWith('file:')).map((url) => readFileSync(fileURLToPath(url), 'utf8'));
}

/** Marks that are in the code of a library wherever it is bundled. */
const marks = {
  ink: 'react-reconciler',
  'client-node': 'applySecurityAuthentication',
  dockerode: 'docker-modem',
};

describe('starting', () => {
  test.each([['--version'], ['--help'], ['up', '--help']])(
    '%s %s loads neither ink nor client-node nor dockerode',
    (...args) => {
      const { status } = run(...args);
      expect(status).toBe(0);
      const texts = loaded();
      expect(texts.length).toBeGreaterThan(1);
      for (const mark of Object.values(marks))
        expect(texts.filter((text) => text.includes(mark))).toEqual([]);
    },
  );

  test('the marks are found where the libraries are loaded: this test can fail', () => {
    run('schema');
    const all = readdirSync(join(bin, '..', '..', 'dist')).map((name) =>
      readFileSync(join(bin, '..', '..', 'dist', name), 'utf8'),
    );
    expect(all.some((text) => text.includes(marks.ink))).toBe(true);
    expect(all.some((text) => text.includes('@kubernetes/client-node'))).toBe(true);
  });

  test('--version is that of the package', () => {
    const { version } = JSON.parse(readFileSync(join(bin, '..', '..', 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(run('--version').stdout.trim()).toBe(version);
  });
});

describe('what goes wrong at the start', () => {
  test.each<[string, string[], number, RegExp]>([
    ['an unknown command', ['upp'], 2, /unknown command 'upp'[\s\S]*Did you mean up/],
    ['an unknown option', ['up', '--nope'], 2, /unknown option '--nope'/],
    ['no project', ['up'], 2, /rockpool\.yaml/],
    ['a missing configuration file', ['render', '-f', 'nope.yaml'], 2, /nope\.yaml/],
    ['a bad regular expression', ['logs', 'a(b'], 2, /a\(b/],
    ['an unknown schema', ['schema', 'nope'], 2, /config, control, events/],
  ])('%s: exit code and words, no stack trace', (_name, args, code, words) => {
    const { status, stderr } = run(...args);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/^\s+at .*\.m?[jt]s/m);
    expect(status).toBe(code);
  });

  test('a reader that has gone is no crash', () => {
    const shell = `"${process.execPath}" "${bin}" schema | head -c 10`;
    const { stderr, stdout } = spawnSync('sh', ['-c', shell], { encoding: 'utf8', cwd: folder });
    expect(stdout).toHaveLength(10);
    expect(stderr).toBe('');
  });

  test('a kubeconfig that is not there is said in words', () => {
    const { status, stderr } = run('logs');
    expect(stderr).toMatch(/kubeconfig/i);
    expect(status).toBe(1);
  });
});
