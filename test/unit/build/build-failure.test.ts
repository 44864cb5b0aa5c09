import { describe, expect, test } from 'vitest';
import { type FailedBuild, toBuildFailure } from '../../../src/build/build-failure.ts';
import { parseStep } from '../../../src/build/build-progress.ts';
import { createDockerIgnore } from '../../../src/build/docker-ignore.ts';
import { parseDockerfile } from '../../../src/build/dockerfile.ts';

const SOURCE = `FROM node:24 AS deps
WORKDIR /app
COPY package.json .
RUN npm ci \\
  --no-audit
FROM deps AS dev
ENV A=1
COPY . .
RUN npm run lint
FROM scratch
COPY --from=dev /app/out /
`;

/** What BuildKit says of a failed build: its error and the name of the step that has it. */
function fail(error: string, name = '', more: Partial<FailedBuild> = {}) {
  const step = parseStep(name);
  return toBuildFailure({
    image: 'shop/web',
    context: 'web',
    dockerfile: 'web/Dockerfile',
    parsed: parseDockerfile(SOURCE, {}, 'linux/amd64'),
    error,
    ...(name === '' ? {} : { broken: { name, output: ['one', 'two'], ...(step ? { step } : {}) } }),
    ignore: createDockerIgnore('*.md\nsecret\n'),
    ignoreFile: 'web/.dockerignore',
    paths: ['index.html', 'package.json', 'src/a.js'],
    images: ['shop/web', 'shop/base'],
    daemon: { address: { socketPath: '/var/run/docker.sock' } },
    ...more,
  });
}

test('a failed step is shown with its text, its line, its output and a command to try', () => {
  const error = 'process "/bin/sh -c npm ci   --no-audit" did not complete successfully: exit code: 1';
  expect(fail(error, '[deps 4/4] RUN npm ci   --no-audit')).toEqual({
    code: 'BUILD_FAILED',
    subject: 'image/shop/web',
    message: 'RUN npm ci --no-audit ended with exit code 1.',
    hint: 'Mend what its output says, and save: it is built again. Until then the version before serves.',
    command: 'docker build -f web/Dockerfile web',
    output: 'one\ntwo',
    at: { file: 'web/Dockerfile', line: 4 },
  });
});

describe('the line of a step', () => {
  test.each([
    ['[deps 2/4] WORKDIR /app', 2],
    ['[deps 3/4] COPY package.json .', 3],
    ['[dev 1/2] COPY . .', 8],
    ['[dev 2/2] RUN npm run lint', 9],
    ['[stage-2 1/1] COPY --from=dev /app/out /', 11],
    ['[internal] load metadata for docker.io/library/node:24', 1],
    ['[elsewhere 9/9] RUN what', undefined],
  ])('%s: %s', (name, line) => {
    expect(fail('x', name).at?.line).toBe(line);
  });
});

test('a file that is not in another stage is looked for there, not in the build context', () => {
  const error =
    'failed to compute cache key: failed to calculate checksum of ref 4bl::rz: "/app/out": not found';
  const failure = fail(error, '[stage-2 1/1] COPY --from=dev /app/out /');
  expect(failure.message).toBe('COPY --from=dev /app/out /: there is no /app/out in dev.');
  expect(failure.hint).toBeUndefined();
  expect(failure.at?.line).toBe(11);
});

describe('what usually helps', () => {
  const missing = (path: string) =>
    `failed to compute cache key: failed to calculate checksum of ref 4bl::rz: "/${path}": not found`;
  test.each<[string, string, RegExp, RegExp]>([
    [
      'a file that .dockerignore leaves out',
      missing('README.md'),
      /no README\.md in the build context web/,
      /^web\/\.dockerignore:1 leaves it out/,
    ],
    ['a mistyped file', missing('indx.html'), /no indx\.html/, /^Did you mean index\.html\?/],
    ['a file that is not there', missing('zzzzzz'), /no zzzzzz/, /relative to web/],
    [
      'an unknown instruction',
      'dockerfile parse error on line 4: unknown instruction: RNU (did you mean ENV?)',
      /no Dockerfile instruction RNU/,
      /Did you mean RUN\?/,
    ],
    [
      'a stage that is not there',
      'target stage "deb" could not be found',
      /has no stage deb/,
      /^Did you mean dev\? Its stages are deps, dev\./,
    ],
    [
      'no network',
      'node:24: failed to resolve source metadata for docker.io/library/node:24: failed to do request: Head "https://r.test/v2/": dial tcp: lookup r.test: no such host',
      /^The image node:24 is not in the daemon, and cannot be pulled: dial tcp: lookup r\.test: no such host\.$/,
      /cannot reach the registry/,
    ],
    [
      'a mistyped image of the project',
      'shop/bse:latest: failed to resolve source metadata for docker.io/shop/bse:latest: not found',
      /shop\/bse:latest/,
      /^Did you mean shop\/base, an image of this project\?/,
    ],
    [
      'a private image',
      'a/b: failed to resolve source metadata for r.test/a/b:1: pull access denied',
      /pull access denied/,
      /docker login/,
    ],
    [
      'a full disk',
      'failed to copy files: write /x: no space left on device',
      /no space left/,
      /docker system df/,
    ],
    [
      'a killed step',
      'process "/bin/sh -c x" did not complete successfully: exit code: 137',
      /exit code 137/,
      /out of memory/,
    ],
  ])('%s', (_what, error, message, hint) => {
    const failure = fail(error);
    expect(failure.message).toMatch(message);
    expect(failure.hint).toMatch(hint);
  });

  test('a parse error has its line', () => {
    const failure = fail('dockerfile parse error on line 7: unknown flag: --wat');
    expect(failure).toMatchObject({
      message: 'The Dockerfile cannot be read: unknown flag: --wat.',
      at: { line: 7 },
    });
  });

  test('what is not known is passed on', () => {
    expect(fail('failed to solve: the sky fell').message).toBe('web/Dockerfile: the sky fell.');
  });

  test.each([
    [
      { socketPath: '/run/user/1/docker.sock' },
      undefined,
      'DOCKER_HOST=unix:///run/user/1/docker.sock docker',
    ],
    [{ protocol: 'http', host: 'localhost', port: 1 }, 'eval $(x)', 'eval $(x) && docker'],
    [undefined, undefined, undefined],
  ] as const)('the command is for the daemon that builds: %j %s', (address, shell, docker) => {
    const { command } = fail('x', '', { daemon: { address, shell } });
    expect(command).toBe(docker && `${docker} build -f web/Dockerfile web`);
  });

  test('the command has the target, but no arguments, which may be secrets', () => {
    expect(fail('x', '', { target: 'dev' }).command).toBe('docker build --target dev -f web/Dockerfile web');
  });
});

test('a step of podman, which numbers every line, is found by its text', () => {
  const parsed = parseDockerfile('FROM busybox\nENV A=1\nRUN a\nRUN b\n', {}, 'linux/amd64');
  expect(fail('exit code: 1', '[3/4] RUN a', { parsed }).at).toEqual({ file: 'web/Dockerfile', line: 3 });
});
