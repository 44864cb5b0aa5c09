import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DockerfileQuery, readDockerfileFacts } from '../../../src/scaffold/dockerfile-facts.ts';
import { filesOf } from './files-of.ts';

const facts = (source: string, query: DockerfileQuery = {}) => {
  const found = readDockerfileFacts(source, query);
  if (!found) throw new Error('no such stage');
  return found;
};

describe('ports', () => {
  test.each<[string, string, number[], string | undefined]>([
    ['EXPOSE', 'FROM a\nEXPOSE 8080 9090/tcp 53/udp', [8080, 9090], 'EXPOSE (line 2)'],
    ['a range', 'FROM a\nEXPOSE 3000-3002', [3000, 3001, 3002], 'EXPOSE (line 2)'],
    ['a range too long to be meant one by one', 'FROM a\nEXPOSE 30000-31000', [30000], 'EXPOSE (line 2)'],
    ['a variable', 'ARG P=1\nFROM a\nARG P=81\nENV Q=$P\nEXPOSE ${Q} $P', [81], 'EXPOSE (line 5)'],
    ['a global argument', 'ARG P=82\nFROM a\nARG P\nEXPOSE $P', [82], 'EXPOSE (line 4)'],
    ['an inherited one', 'FROM a AS base\nEXPOSE 83\nFROM base', [83], 'EXPOSE (line 2)'],
    ['not one of another stage', 'FROM a AS b\nEXPOSE 84\nFROM c\nCOPY --from=b /x /x', [], undefined],
    ['ENV PORT', 'FROM node:24\nENV PORT=3001\nCMD node x.js', [3001], 'ENV PORT'],
    ['--port', 'FROM a\nCMD ["uvicorn", "m:app", "--port", "8001"]', [8001], 'the arguments of uvicorn'],
    ['--bind', 'FROM a\nCMD gunicorn --bind=0.0.0.0:8002 app', [8002], 'the arguments of gunicorn'],
    ['runserver', 'FROM a\nCMD python manage.py runserver 0.0.0.0:8003', [8003], 'the arguments of python'],
    ['its default', 'FROM a\nCMD python3 -m flask run --host 0.0.0.0', [5000], 'the default of flask'],
    ['manage.py', 'FROM a\nCMD python manage.py runserver', [8000], 'the default of manage.py'],
    ['a base image', 'FROM nginx:1.29-alpine\nCOPY . /usr/share/nginx/html', [80], 'the default of nginx'],
    [
      'ASP.NET',
      'FROM mcr.microsoft.com/dotnet/aspnet:10.0\nENTRYPOINT ["dotnet", "x.dll"]',
      [8080],
      'the base image mcr.microsoft.com/dotnet/aspnet:10.0',
    ],
    [
      '--urls',
      'FROM a\nCMD ["dotnet", "watch", "run", "--urls", "http://+:5050"]',
      [5050],
      'the arguments of dotnet',
    ],
    ['ASPNETCORE_URLS', 'FROM a\nENV ASPNETCORE_URLS=http://+:8085\nCMD x', [8085], 'ENV ASPNETCORE_URLS'],
    ['none', 'FROM busybox\nCMD ["sleep", "9999"]', [], undefined],
    ['no number of something else', 'FROM a\nCMD ["worker", "--timeout", "8000", "-c", "4"]', [], undefined],
  ])('%s', (_, source, ports, from) => {
    expect(facts(source)).toMatchObject({ ports });
    expect(facts(source).portsFrom).toBe(from);
  });

  test('a script of package.json is seen through', () => {
    const files = filesOf({ 'package.json': '{"scripts": {"dev": "vite --host --port 5180"}}' });
    expect(facts('FROM node:24\nCMD ["npm", "run", "dev"]', { files }).ports).toEqual([5180]);
  });

  test('of the package.json that is copied to where it runs', () => {
    const files = filesOf({ 'web/package.json': '{"scripts": {"dev": "vite --port 5180"}}' });
    const source =
      'FROM node:24\nWORKDIR /app\nCOPY web/package.json .\nCOPY web .\nCMD ["npm", "run", "dev"]';
    expect(facts(source, { files }).ports).toEqual([5180]);
  });

  test('an entrypoint script is seen through', () => {
    const files = filesOf({ 'docker/start.sh': '#!/bin/sh\n./migrate\nexec gunicorn app\n' });
    expect(facts('FROM python:3\nENTRYPOINT ["/start.sh"]', { files }).ports).toEqual([8000]);
  });
});

describe('health', () => {
  test.each<[string, string, object | undefined]>([
    [
      'curl -f',
      'HEALTHCHECK --interval=5s CMD curl -f http://localhost:8080/health || exit 1',
      { path: '/health', port: 8080 },
    ],
    [
      'wget',
      'HEALTHCHECK CMD wget -qO- http://127.0.0.1/ready?x=1 || exit 1',
      { path: '/ready?x=1', port: 80 },
    ],
    ['JSON form', 'HEALTHCHECK CMD ["curl", "-fsS", "http://localhost:3000/"]', { path: '/', port: 3000 }],
    [
      'a variable',
      'ENV PORT=8081\nHEALTHCHECK CMD curl --fail http://localhost:$PORT/h',
      { path: '/h', port: 8081 },
    ],
    [
      'a variable with a default',
      'HEALTHCHECK CMD curl -f "http://localhost:${PORT:-8082}/h"',
      { path: '/h', port: 8082 },
    ],
    [
      'urllib',
      `HEALTHCHECK CMD python -c "import urllib.request; urllib.request.urlopen('http://localhost:8000/h')"`,
      { path: '/h', port: 8000 },
    ],
    [
      'a variable before it',
      `HEALTHCHECK CMD http_proxy='' wget -nv --spider 'http://localhost:8123/' || exit 1`,
      { path: '/', port: 8123 },
    ],
    [
      'no scheme',
      'HEALTHCHECK CMD curl -sf localhost:9200/_cluster/health || exit 1',
      { path: '/_cluster/health', port: 9200 },
    ],
    [
      'node',
      `HEALTHCHECK CMD ["node", "-e", "fetch('http://localhost:3000/h').then(r => process.exit(r.ok ? 0 : 1))"]`,
      { path: '/h', port: 3000 },
    ],
    [
      'curl without -f is content with a 404',
      'HEALTHCHECK CMD curl http://localhost/x',
      { command: ['curl', 'http://localhost/x'] },
    ],
    [
      'a header',
      'HEALTHCHECK CMD curl -f -H "Host: a" http://localhost/x',
      { command: ['curl', '-f', '-H', 'Host: a', 'http://localhost/x'] },
    ],
    [
      'a pipe',
      'HEALTHCHECK CMD curl -f http://localhost/x | grep ok',
      { command: ['sh', '-c', 'curl -f http://localhost/x | grep ok'] },
    ],
    [
      'another program',
      'HEALTHCHECK CMD ["pg_isready", "-U", "app"]',
      { command: ['pg_isready', '-U', 'app'] },
    ],
    [
      'a shell line',
      'HEALTHCHECK CMD redis-cli ping || exit 1',
      { command: ['sh', '-c', 'redis-cli ping || exit 1'] },
    ],
    [
      'another machine',
      'HEALTHCHECK CMD curl -f http://example.com/',
      { command: ['curl', '-f', 'http://example.com/'] },
    ],
    ['NONE', 'HEALTHCHECK CMD curl -f http://localhost/\nHEALTHCHECK NONE', undefined],
  ])('%s', (_, lines, health) => {
    expect(facts(`FROM a\n${lines}`).health).toEqual(health);
  });
});

describe('language', () => {
  test.each<[string, string, string[], string | undefined]>([
    ['node', 'FROM node:24', [], 'node'],
    ['typescript', 'FROM node:24', ['tsconfig.json'], 'typescript'],
    ['go from its build stage', 'FROM golang:1.25 AS b\nFROM scratch\nCOPY --from=b /x /x', [], 'go'],
    [
      'a page built by node is static',
      'FROM node AS b\nFROM nginx\nCOPY --from=b /d /usr/share/nginx/html',
      [],
      'static',
    ],
    ['a registry in front', 'FROM public.ecr.aws/docker/library/python:3.13', [], 'python'],
    ['files', 'FROM debian', ['Cargo.toml', 'src/main.rs'], 'rust'],
    ['.NET', 'FROM mcr.microsoft.com/dotnet/sdk:10.0', [], 'dotnet'],
    ['not known', 'FROM debian', ['README.md'], undefined],
  ])('%s', (_, source, paths, language) => {
    const files = filesOf(Object.fromEntries(paths.map((path) => [path, ''])));
    expect(facts(source, { files }).language).toBe(language);
  });
});

test('a development target is one that is called so and runs something', () => {
  const stages = 'FROM a AS dev-deps\nRUN x\nFROM a AS dev\nCMD x --watch\nFROM a AS prod\nCMD x';
  expect(facts(stages).devTarget).toBe('dev');
  expect(facts('FROM a AS development\nRUN x\nFROM a\nCMD x').devTarget).toBeUndefined();
  expect(facts('FROM a AS base\nCMD x\nFROM base AS web-dev\nFROM base').devTarget).toBe('web-dev');
});

test('env, folder, user and command are inherited from other stages', () => {
  const source = `
ARG VERSION=1
FROM node:24 AS base
ARG VERSION
ENV NODE_ENV=production V=$VERSION NAME="two words" OLD=x
ENV PLAIN all of  this
WORKDIR /srv
WORKDIR app
USER node
ENTRYPOINT ["tini", "--"]
FROM base
ENV OLD=y
CMD node server.js
`;
  expect(facts(source)).toMatchObject({
    env: { NODE_ENV: 'production', V: '1', NAME: 'two words', OLD: 'y', PLAIN: 'all of this' },
    workingDir: '/srv/app',
    user: 'node',
    command: {
      entrypoint: ['tini', '--'],
      cmd: ['node', 'server.js'],
      words: ['tini', '--', 'node', 'server.js'],
    },
    base: 'node:24',
  });
  expect(facts(source, { args: { VERSION: '2' } }).env.V).toBe('2');
});

test('a stage by its number or name, and one that is not there', () => {
  const source = 'FROM a AS one\nEXPOSE 1\nFROM b AS two\nEXPOSE 2';
  expect(facts(source, { target: 'ONE' }).ports).toEqual([1]);
  expect(facts(source, { target: '0' }).ports).toEqual([1]);
  expect(readDockerfileFacts(source, { target: 'three' })).toBeUndefined();
  expect(readDockerfileFacts('RUN nothing')).toBeUndefined();
  expect(readDockerfileFacts('')).toBeUndefined();
});

test('line ends of Windows change nothing', () => {
  const source =
    'FROM node:24\nENV A=1\nEXPOSE 80\nHEALTHCHECK CMD curl -f http://localhost/h\nCMD ["node", "x.js"]\n';
  expect(facts(source.replaceAll('\n', '\r\n'))).toEqual(facts(source));
});

test('whatever the text, nothing is thrown and ports are ports', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('$A', '${A:-1}', '["a"', '"', "'", '1-70000', '80/tcp', '\\'),
  );
  const line = fc
    .tuple(
      fc.constantFrom('ENV', 'ARG', 'EXPOSE', 'CMD', 'HEALTHCHECK CMD', 'COPY', 'FROM', 'USER', 'WORKDIR'),
      fc.array(word),
    )
    .map(([keyword, words]) => [keyword, ...words].join(' '));
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const found = readDockerfileFacts(['FROM a', ...lines].join('\n'));
      for (const port of found?.ports ?? [])
        expect(port > 0 && port < 65_536 && Number.isInteger(port)).toBe(true);
    }),
  );
});
