import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DockerProject, spec, startDockerProject } from './docker-project.ts';

let project: DockerProject;

beforeAll(async () => {
  project = await startDockerProject();
  await project.put('web/a.txt', 'a');
  await project.put('web/package.json', '{}');
});

afterAll(async () => {
  await project.close();
});

/** [Dockerfile, its line that is named, message, output] */
test.each<[string, number | undefined, string, string?]>([
  // as a user of BuildKit knows them
  [
    'FROM node:24\nRUN echo one && echo two && exit 3',
    2,
    'RUN echo one && echo two && exit 3 ended with exit code 3.',
    'one\ntwo',
  ],
  [
    'FROM node:24\nWORKDIR /x\nCOPY packge.json ./',
    3,
    'COPY packge.json ./: there is no packge.json in the build context web.',
  ],
  ['FROM node:24\nRNU x', 2, 'There is no Dockerfile instruction RNU.'],
  [
    'FROM alpine\nCOPY a.txt',
    2,
    'The Dockerfile cannot be read: COPY requires at least two arguments, but only one was provided. Destination could not be determined.',
  ],
  ['FROM alpine\nCOPY --wat=1 a /', 2, 'The Dockerfile cannot be read: unknown flag: --wat.'],
  ['FROM alpine\nENV a', 2, 'The Dockerfile cannot be read: ENV must have two arguments.'],
  ['FROM a b', 1, 'The Dockerfile cannot be read: FROM requires either one or three arguments.'],
  ['RUN echo\nFROM alpine', undefined, 'web/Dockerfile: no build stage in current context.'],
  ['# nothing', undefined, 'web/Dockerfile: file with no instructions.'],
  [
    'FROM alpine AS a\nFROM scratch\nCOPY --from=a /nope /y',
    3,
    'COPY --from=a /nope /y: there is no /nope in a.',
  ],
  ['FROM alpine\nRUN nosuchcmd', 2, 'RUN nosuchcmd ended with exit code 127.'],
  [
    'FROM scratch\nRUN echo x',
    2,
    'RUN echo x ended with exit code 1.',
    'runc run failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory',
  ],
  ['FROM alpine\nRUN kill -9 $$', 2, 'RUN kill -9 $$ ended with exit code 137.'],
  [
    'FROM alpine\nRUN --mount=type=foo,target=/x ls',
    2,
    'RUN --mount=type=foo,target=/x ls: unsupported mount type "foo".',
  ],
  // what the sandbox does not do
  [
    'FROM corp/thing:1',
    1,
    'web/Dockerfile: docker.io/corp/thing:1: the sandbox has no such image: it pulls nothing, and has only what programs of this machine can stand for (node, python, golang, ruby, redis, eclipse-temurin, alpine, busybox, debian, ubuntu, distroless, scratch).',
  ],
  [
    'FROM nginx',
    1,
    'web/Dockerfile: docker.io/library/nginx:latest: the sandbox has no such image: its configuration names absolute paths like /etc/nginx, which are this machine’s here.',
  ],
  [
    'FROM alpine\nRUN apk add --no-cache libnosuch-dev',
    2,
    'RUN apk add --no-cache libnosuch-dev ended with exit code 100.',
    'rockpool: apk: the sandbox installs no packages, and this machine has no program libnosuch-dev that could stand for libnosuch-dev. Install it on this machine, or use a cluster with a container engine.',
  ],
  [
    'FROM alpine\nRUN sudo x',
    2,
    'RUN sudo x ended with exit code 126.',
    'rockpool: the sandbox does not run sudo: its containers are plain processes of this machine, without root',
  ],
  [
    'FROM alpine\nRUN --mount=type=secret,id=x cat /run/secrets/x',
    2,
    'RUN --mount=type=secret,id=x cat /run/secrets/x: the sandbox has no --mount=type=secret: build it on a cluster with a container engine, or do without.',
  ],
  [
    'FROM alpine\nADD https://x.test/y /z',
    2,
    'ADD https://x.test/y /z: the sandbox fetches nothing: put https://x.test/y into the build context, and COPY it.',
  ],
  [
    'FROM alpine\nONBUILD RUN x',
    2,
    'The Dockerfile cannot be read: ONBUILD is nothing that the sandbox does.',
  ],
  [
    'FROM alpine\nCOPY --chmod=u+x a.txt /',
    2,
    'COPY --chmod=u+x a.txt /: the sandbox reads --chmod as an octal number, such as 755.',
  ],
  [
    'FROM alpine\nRUN --network=none ls',
    2,
    'RUN --network=none ls: the sandbox does not know --network=none.',
  ],
])('%s', async (source, line, message, output) => {
  await project.put('web/Dockerfile', `${source}\n`);
  project.specs[0] = spec('web');
  const failure = await project.failure();
  expect(failure).toMatchObject({ code: 'BUILD_FAILED', message });
  expect(failure.at).toEqual({ file: 'web/Dockerfile', ...(line === undefined ? {} : { line }) });
  // There is no docker build that would do the same.
  expect(failure.command).toBeUndefined();
  if (output !== undefined) expect(failure.output).toBe(output);
});

test('a stage that is not there is named with those that are', async () => {
  await project.put('web/Dockerfile', 'FROM alpine AS dev\n');
  project.specs[0] = spec('web', { target: 'deb' });
  const failure = await project.failure();
  expect(failure).toMatchObject({
    message: 'web/Dockerfile has no stage deb.',
    hint: 'Did you mean dev? Its stages are dev.',
  });
});

test('secrets, which take a Docker Engine, are refused before the build', async () => {
  await project.put('web/Dockerfile', 'FROM alpine\n');
  project.specs[0] = spec('web', { secrets: { npmrc: '~/.npmrc' } });
  expect(await project.failure()).toMatchObject({ code: 'BUILDER_MISSING' });
});
