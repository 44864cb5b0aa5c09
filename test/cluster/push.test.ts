import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copyProject, rockpool, type TestProject } from './harness.ts';
import { ownImages } from './own-images.ts';
import { LOGIN, startRegistry } from './registry.ts';

/** `rockpool build --push`, from the daemon of the cluster to a real registry on loopback. */
let project: TestProject;
/** where `docker login` would leave its logins: nobody's own */
let logins: string;

const isForeign = Boolean(process.env['ROCKPOOL_TEST_CONTEXT']);
const build = (...args: string[]) =>
  rockpool(['build', '-n', project.namespace, ...args], {
    cwd: project.dir,
    env: { DOCKER_CONFIG: logins },
  });

beforeEach(async () => {
  project = await copyProject('test/fixtures/hello');
  await ownImages(project, ['k8s/web.yaml.liquid']);
  logins = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
});
afterEach(async () => {
  await rm(logins, { recursive: true });
  await project.remove();
});

describe.skipIf(isForeign)('build --push', () => {
  test('pushes to the registry of rockpool.yaml, or to the one that is given, and prints the refs', async () => {
    const [first, second] = await Promise.all([startRegistry(), startRegistry()]);
    try {
      await project.edit('rockpool.yaml', 'name: hello', `name: hello\nregistry: ${first.host}/team`);
      const image = `${project.namespace}/hello/web`;
      const pushed = await build('--push');
      expect(pushed).toMatchObject({ code: 0, stderr: expect.stringContaining(`${image}  pushed`) });
      const [tag] = await first.tags(`team/${image}`);
      expect(pushed.stdout).toBe(`${first.host}/team/${image}:${tag}\n`);
      const again = await build('--push');
      expect(again.stderr).toContain(`${image}  is in the registry already`);
      expect(again.stdout).toBe(pushed.stdout);
      const elsewhere = await build(image, `--push=${second.host}`);
      expect(elsewhere).toMatchObject({ code: 0, stdout: `${second.host}/${image}:${tag}\n` });
      expect(await second.tags(image)).toEqual([tag]);
    } finally {
      await Promise.all([first.stop(), second.stop()]);
    }
  });

  test('tells how to log in, and takes what `docker login` left', async () => {
    const closed = await startRegistry({ login: true });
    try {
      const refused = await build(`--push=${closed.host}`);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toContain('asks for a login');
      expect(refused.stderr).toContain(`docker login ${closed.host}`);
      const auths = { [closed.host]: { auth: LOGIN } };
      await writeFile(join(logins, 'config.json'), JSON.stringify({ auths }));
      expect(await build(`--push=${closed.host}`)).toMatchObject({ code: 0 });
    } finally {
      await closed.stop();
    }
  });

  test('tells a registry at which nobody answers', async () => {
    const { code, stdout, stderr } = await build('--push=127.0.0.1:1');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('nothing answers at 127.0.0.1:1');
  });

  test('without a registry ends before anything is built', async () => {
    const { code, stdout, stderr } = await build('--push');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('There is no registry to push to.');
    expect(stderr).not.toContain('built');
  });
});
