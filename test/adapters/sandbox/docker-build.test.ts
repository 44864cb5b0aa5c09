import { execFile } from 'node:child_process';
import { stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startDockerEndpoint } from '../../../src/sandbox/docker/start-docker-endpoint.ts';
import { type DockerProject, spec, startDockerProject } from './docker-project.ts';

const run = promisify(execFile);
let project: DockerProject;

beforeEach(async () => {
  project = await startDockerProject();
});

afterEach(async () => {
  await project.close();
});

const dockerfile = (...lines: string[]) => project.put('web/Dockerfile', `${lines.join('\n')}\n`);

/** What a RUN step leaves in /out, the Dockerfile beginning with a small base. */
async function outOf(...lines: string[]): Promise<string> {
  await dockerfile('FROM alpine', 'WORKDIR /w', ...lines);
  return project.read(await project.build(), 'out');
}

describe('an image', () => {
  test('has its files, and says what its containers run', async () => {
    await dockerfile(
      'FROM node:24-slim',
      'ENV PORT=8080 GREETING="hello there"',
      'WORKDIR /app',
      'COPY package.json ./',
      'RUN echo "$GREETING" > made && mkdir -p /data && cp made /data/',
      'COPY src ./src',
      'LABEL team=shop',
      'EXPOSE 8080',
      'USER 1000:1000',
      'STOPSIGNAL SIGINT',
      'CMD ["node", "src/main.js"]',
    );
    await project.put('web/package.json', '{}');
    await project.put('web/src/main.js', 'console.log("one")');
    await project.put('web/src/run.sh', 'exit', 0o755);
    const image = await project.build();
    expect(image).toMatchObject({
      env: [expect.stringMatching(/^PATH=/), 'PORT=8080', 'GREETING=hello there'],
      entrypoint: [],
      cmd: ['node', 'src/main.js'],
      workingDir: '/app',
      user: '1000:1000',
      exposed: [8080],
      stopSignal: 'SIGINT',
    });
    expect(image.labels).toMatchObject({ team: 'shop', 'rockpool.dev/image': 'web' });
    expect(await project.read(image, 'app/made')).toBe('hello there\n');
    expect(await project.read(image, 'data/made')).toBe('hello there\n');
    expect(await project.read(image, 'app/src/main.js')).toBe('console.log("one")');
    expect((await stat(join(image.folder, 'app/src/run.sh'))).mode & 0o777).toBe(0o755);
    const node = await run(join(image.folder, 'usr/local/bin/node'), ['--version']);
    expect(node.stdout.trim()).toBe(process.version);
    expect(project.steps()).toEqual([
      'WORKDIR /app',
      'COPY package.json ./',
      'RUN echo "$GREETING" > made && mkdir -p /data && cp made /data/',
      'COPY src ./src',
    ]);
  });

  test('of several stages has what was copied from them, and takes the target', async () => {
    await dockerfile(
      'ARG BASE=alpine',
      'FROM ${BASE} AS build',
      'ARG VERSION=none',
      'RUN echo "$VERSION" > /out && ln -s /out /link',
      'FROM debian AS unused',
      'RUN exit 1',
      'FROM build AS dev',
      'RUN echo "dev of $VERSION" > /dev-out',
      'FROM scratch',
      'COPY --from=build /out /link /',
      'COPY --from=0 out /by/number',
      'ENTRYPOINT ["/out"]',
    );
    project.specs[0] = spec('web', { args: { VERSION: '7' } });
    const image = await project.build();
    expect(await project.read(image, 'out')).toBe('7\n');
    expect(await project.read(image, 'link')).toBe('7\n');
    expect(await project.read(image, 'by/number')).toBe('7\n');
    expect(image).toMatchObject({ entrypoint: ['/out'], env: [] });
    project.specs[0] = spec('web', { args: { VERSION: '7' }, target: 'dev' });
    const dev = await project.build();
    expect(await project.read(dev, 'dev-out')).toBe('dev of 7\n');
    expect(await project.read(dev, 'link')).toBe('7\n');
  });

  test('builds on another image of the project', async () => {
    project.specs.push(spec('base'));
    await project.put('base/Dockerfile', 'FROM alpine\nENV A=1\nRUN echo base > /base\nCMD ["a"]\n');
    const base = await project.build('base');
    await dockerfile('FROM base', 'COPY --from=base /base /copy', 'ENTRYPOINT ["b"]');
    const image = await project.build('web', undefined, { base: base.refs[0]! });
    expect(await project.read(image, 'copy')).toBe('base\n');
    // As Docker does: an ENTRYPOINT takes away the command that was inherited.
    expect(image).toMatchObject({ entrypoint: ['b'], cmd: [], env: [expect.any(String), 'A=1'] });
  });

  test('that is there already is not built again, and goes with its name', async () => {
    await dockerfile('FROM scratch', 'COPY . /');
    const image = await project.build();
    const before = project.events.length;
    await project.build();
    expect(project.events).toHaveLength(before);
    const never = new AbortController().signal;
    const listed = await project.daemon.images('rockpool.dev/app=shop', never);
    expect(listed).toEqual([
      expect.objectContaining({ id: image.id, names: image.refs, inUse: false, bytes: image.size }),
    ]);
    expect(await project.daemon.untag(image.refs[0]!, never)).toBe('deleted');
    expect(await project.daemon.untag(image.refs[0]!, never)).toBe('missing');
    expect(project.images.list()).toEqual([]);
  });
});

describe('layers', () => {
  test('are used again when nothing went into them that is new', async () => {
    await dockerfile('FROM alpine', 'COPY a /a', 'RUN cat /a > /b', 'COPY c /c');
    await project.put('web/a', '1');
    await project.put('web/c', '1');
    await project.build();
    await project.put('web/c', '2');
    const image = await project.build();
    expect(project.steps()).toEqual(['COPY c /c']);
    expect(await project.read(image, 'c')).toBe('2');
    await project.put('web/a', '2');
    expect(await project.read(await project.build(), 'b')).toBe('2');
    expect(project.steps()).toEqual(['COPY a /a', 'RUN cat /a > /b', 'COPY c /c']);
  });

  test('do not change when a later step writes in their files', async () => {
    await project.put('web/a', 'one');
    await dockerfile('FROM alpine AS first', 'COPY a /a');
    const before = await project.build();
    await dockerfile('FROM alpine AS first', 'COPY a /a', 'RUN echo two >> /a');
    const after = await project.build();
    expect(await project.read(after, 'a')).toBe('onetwo\n');
    expect(await project.read(before, 'a')).toBe('one');
  });

  test('know the variables that a step had', async () => {
    await dockerfile('FROM alpine', 'ENV A=1', 'RUN echo $A > /out');
    await project.build();
    await dockerfile('FROM alpine', 'ENV A=2', 'RUN echo $A > /out');
    expect(await project.read(await project.build(), 'out')).toBe('2\n');
  });
});

describe('COPY', () => {
  test('copies as Docker does', async () => {
    await dockerfile(
      'FROM scratch',
      'WORKDIR /w',
      'COPY dir ./into',
      'COPY a.txt b.txt many/',
      'COPY *.txt glob/',
      'COPY a.txt renamed',
      'COPY ["a.txt", "with blank"]',
      'COPY --chmod=700 --chown=1:1 a.txt mode/',
      'COPY dir/sub /w/into',
      'COPY <<EOF /w/here.txt',
      'hello "you"',
      'EOF',
    );
    for (const path of ['dir/one', 'dir/sub/two', 'a.txt', 'b.txt']) await project.put(`web/${path}`, path);
    await symlink('one', join(project.root, 'web/dir/link'));
    const image = await project.build();
    const { stdout } = await run('find', ['w', '-type', 'f'], { cwd: image.folder });
    expect(stdout.trim().split('\n').sort()).toEqual([
      'w/glob/a.txt',
      'w/glob/b.txt',
      'w/here.txt',
      'w/into/one',
      'w/into/sub/two',
      'w/into/two',
      'w/many/a.txt',
      'w/many/b.txt',
      'w/mode/a.txt',
      'w/renamed',
      'w/with blank',
    ]);
    expect(await project.read(image, 'w/into/link')).toBe('dir/one');
    expect(await project.read(image, 'w/here.txt')).toBe('hello "you"\n');
    expect((await stat(join(image.folder, 'w/mode/a.txt'))).mode & 0o777).toBe(0o700);
  });

  test('writes nothing outside of the image, whatever a link says', async () => {
    await dockerfile('FROM scratch', 'COPY dir /dir', 'COPY a.txt /dir/link/a.txt');
    await project.put('web/a.txt', 'a');
    await project.put('web/dir/b.txt', 'b');
    await symlink('../../../../../../..', join(project.root, 'web/dir/link'));
    const { message, at } = await project.failure();
    expect(message).toContain('/dir/link/a.txt leads out of the image by a link');
    expect(at).toEqual({ file: 'web/Dockerfile', line: 3 });
  });

  test('ADD unpacks archives', async () => {
    await dockerfile('FROM scratch', 'ADD files.tar.gz /x/', 'ADD plain.txt /x/');
    await project.put('web/in/deep/file', 'content');
    await project.put('web/plain.txt', 'plain');
    await run('tar', ['-czf', 'files.tar.gz', '-C', 'in', 'deep'], { cwd: join(project.root, 'web') });
    const image = await project.build();
    expect(await project.read(image, 'x/deep/file')).toBe('content');
    expect(await project.read(image, 'x/plain.txt')).toBe('plain');
  });
});

describe('RUN', () => {
  test.each([
    ['works in WORKDIR, and sees the image’s paths', 'RUN pwd > /out', /^\/.*\/w\n$/],
    ['has the image’s own environment', 'ENV A="b c"\nRUN echo "$A $VITEST" > /out', /^b c \n$/],
    ['takes lists', 'RUN ["sh", "-c", "echo list > ../out"]', /^list\n$/],
    ['takes heredocs', 'RUN <<EOF\nset -e\nA=here\necho "$A" > /out\nEOF', /^here\n$/],
    ['takes heredocs of a command', 'RUN cat <<EOF > /out\ntext\nEOF', /^text\n$/],
    ['takes other shells', 'SHELL ["/bin/sh", "-ec"]\nRUN false; true\nRUN echo $- > /out', /never/],
    ['moves what a program is told by a variable', 'RUN P=/out; Q="$P"; echo x > x; cp x "$Q"', /^x\n$/],
    ['makes links that stay', 'RUN echo l > /file && ln -s /file /out', /^l\n$/],
  ])('%s', async (_, lines, expected) => {
    if (expected.source === 'never') {
      await dockerfile('FROM alpine', lines);
      expect((await project.failure()).message).toMatch(/exit code 1/);
    } else expect(await outOf(lines)).toMatch(expected);
  });

  test('keeps caches between builds, and leaves them out of the image', async () => {
    const line = 'RUN --mount=type=cache,target=/root/.c echo $N >> /root/.c/all; cat /root/.c/all > /out';
    expect(await outOf('ARG N=1', line)).toBe('1\n');
    expect(await outOf('ARG N=2', line)).toBe('1\n2\n');
    const image = project.images.list().at(-1)!;
    await expect(stat(join(image.folder, 'root/.c'))).rejects.toThrow('ENOENT');
  });

  test('binds files of the context, without leaving them', async () => {
    await project.put('web/a.txt', 'bound');
    const line = 'RUN --mount=type=bind,source=a.txt,target=b.txt cat b.txt > /out';
    expect(await outOf(line)).toBe('bound');
    await project.put('web/a.txt', 'again');
    expect(await outOf(line)).toBe('again');
    const image = project.images.list().at(-1)!;
    await expect(stat(join(image.folder, 'w/b.txt'))).rejects.toThrow('ENOENT');
  });

  test('that writes without end is cut at 2 MiB, and goes on', async () => {
    await dockerfile('FROM alpine', 'RUN yes "a line of it" | head -c 3000000; echo end >&2; exit 4');
    const { message, output } = await project.failure();
    expect(message).toContain('ended with exit code 4');
    expect(output).toMatch(/\[output clipped, log limit 2MiB reached\]$/);
  });

  test('has npm and git look no further up than the image', async () => {
    // What a step would find above: the sandbox's folder of this test lies in a project.
    await project.put('package.json', '{"name":"mine"}');
    await project.put('bin/npm', '#!/bin/sh\necho "$*"\n', 0o755);
    await run('git', ['init', '-q', project.root]);
    await project.endpoint.close();
    const { dir, images } = project;
    const env = { ...process.env, PATH: `${join(project.root, 'bin')}:${process.env['PATH']}` };
    Object.assign(project, {
      endpoint: await startDockerEndpoint({ dir, images, clock: { now: () => 0 }, env }),
    });
    const steps = ['npm install x >> /out', 'npm i -g y >> /out', 'echo {} > package.json', 'npm ci >> /out'];
    const [bare, global, own, git] = (
      await outOf(`RUN ${steps.join('; ')}; git rev-parse --show-toplevel >> /out || echo none >> /out`)
    ).split('\n');
    expect(bare).toMatch(/^--prefix \/.*\/files\/w install x$/);
    expect([global, own, git]).toEqual(['i -g y', 'ci', 'none']);
  });

  test('touches nothing of this machine', async () => {
    const outside = join(project.root, 'outside');
    await project.put('outside/keep', 'mine');
    const path = `printf %s ${outside.slice(1)}`;
    await dockerfile('FROM alpine', `RUN rm -rf "/$(${path})" && mkdir -p "/$(${path})/made"`);
    const image = await project.build();
    expect((await stat(join(outside, 'keep'))).isFile()).toBe(true);
    expect((await stat(join(image.folder, outside, 'made'))).isDirectory()).toBe(true);
  });

  test('passes over packages that this machine stands for, and says so', async () => {
    await dockerfile(
      'FROM node:24-slim',
      'RUN apt-get update && apt-get install --yes --no-install-recommends tini ca-certificates git \\',
      '  && rm -rf /var/lib/apt/lists/* && useradd app && chown -R app /root',
      'ENTRYPOINT ["tini", "--"]',
    );
    const image = await project.build();
    const { stdout } = await run(join(image.folder, 'usr/bin/tini'), ['-s', '--', 'echo', 'started', '-x']);
    expect(stdout).toBe('started -x\n');
  });
});
