import { expect, test } from 'vitest';
import { mapCommand, mapPaths } from '../../../../src/sandbox/runtime/container-paths.ts';

const places = {
  root: '/c',
  exists: (path: string) =>
    ['/c/app', '/c/app/server.js', '/c/usr/bin', '/c/etc/web', '/usr/bin/env', '/etc/hosts'].includes(path),
};

test.each([
  ['what is in the folder', '/app/server.js', '/c/app/server.js'],
  ['a file that is yet to be made there', '/app/out.txt', '/c/app/out.txt'],
  ['a program of the machine, though the image has its folder', '/usr/bin/env', '/usr/bin/env'],
  ['what neither has, in a folder of the image', '/usr/bin/tool', '/c/usr/bin/tool'],
  ['what is only the machine’s', '/etc/hosts', '/etc/hosts'],
  ['a path of a URL', 'http://api/app/server.js', 'http://api/app/server.js'],
  ['a path of HTTP', '/healthz', '/healthz'],
  ['an option', '--config=/etc/web/a.conf', '--config=/c/etc/web/a.conf'],
  ['a list', '/app/bin:/usr/bin/env', '/c/app/bin:/usr/bin/env'],
  ['a relative path', './app/server.js', './app/server.js'],
  ['what a program would write', '/tmp/x', '/c/tmp/x'],
  ['a volume that is not there', '--data=/data/db', '--data=/c/data/db'],
  ['what is mapped already', '/c/app/server.js', '/c/app/server.js'],
  ['a slash alone', '/', '/'],
])('%s', (_, text, mapped) => {
  expect(mapPaths(text, places)).toBe(mapped);
});

test.each([
  [
    ['tar', 'cf', '-', '/app/src'],
    ['tar', 'cf', '-', '-C', '/c', 'app/src'],
  ],
  [
    ['tar', 'xf', '/app/a.tar', '-C', '/app'],
    ['tar', 'xf', '/c/app/a.tar', '-C', '/c/app'],
  ],
  [
    ['node', '/app/server.js'],
    ['node', '/c/app/server.js'],
  ],
  [
    ['tar', '-xmpof', '-', '-C', '/'],
    ['tar', '-xmpof', '-', '-C', '/c'],
  ],
  [
    ['ls', '/'],
    ['ls', '/c'],
  ],
  [
    ['vite', '--base', '/'],
    ['vite', '--base', '/'],
  ],
  [
    ['sh', '-c', 'rm -f -- "$@" && exec tar -xmpof - -C /', 'sync', '/app/old.js'],
    ['sh', '-c', 'rm -f -- "$@" && exec tar -xmpof - -C /c', 'sync', '/c/app/old.js'],
  ],
  [
    ['sh', '-ec', "cd /app && cat '/etc/web/a' > /tmp/x"],
    ['sh', '-ec', "cd /c/app && cat '/c/etc/web/a' > /c/tmp/x"],
  ],
])('%j', (words, mapped) => {
  expect(mapCommand(words, places)).toEqual(mapped);
});

test('a container’s own folder stays, also where containers have such paths', () => {
  const within = { root: '/tmp/c', exists: () => false };
  expect(mapCommand(['sh', '-c', 'tar -x -C /'], within)).toEqual(['sh', '-c', 'tar -x -C /tmp/c']);
  expect(mapPaths('/tmp/c:/tmp/c/bin:/tmp/x', within)).toBe('/tmp/c:/tmp/c/bin:/tmp/c/tmp/x');
});
