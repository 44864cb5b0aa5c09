import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DockerProject, startDockerProject } from './docker-project.ts';

const run = promisify(execFile);
let project: DockerProject;

beforeEach(async () => {
  project = await startDockerProject();
});

afterEach(async () => {
  await project.close();
});

describe('an image', () => {
  test('has its files, and says what its containers run', async () => {
    await project.put(
      'web/Dockerfile',
      [
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
      ].join('\n'),
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
});
