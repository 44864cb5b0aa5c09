import { expect, test } from 'vitest';
import { mapPaths, mapValue } from '../../../src/sandbox/docker/build/map-paths.ts';

const places = (folder = '/img', has: readonly string[] = ['/custom', '/custom/run']) => ({
  folder,
  has: (path: string) => has.includes(path),
  isProgram: (path: string) => ['/bin/sh', '/usr/bin/env'].includes(path),
});

test.each([
  ['mkdir -p /data', 'mkdir -p /img/data'],
  ['rm -rf /var/lib/apt/lists/*', 'rm -rf /img/var/lib/apt/lists/*'],
  ['cd / && ls', 'cd /img/ && ls'],
  ['find / -name x -delete', 'find /img/ -name x -delete'],
  ['echo a >/etc/x 2>/dev/null', 'echo a >/img/etc/x 2>/dev/null'],
  ['cat "/etc/x" \'/etc/y\'', 'cat "/img/etc/x" \'/img/etc/y\''],
  ['go build -o=/out/app ./cmd', 'go build -o=/img/out/app ./cmd'],
  ['A=/opt/x:/opt/y z', 'A=/img/opt/x:/img/opt/y z'],
  ['cp $(ls /srv) `ls /srv`', 'cp $(ls /img/srv) `ls /img/srv`'],
  ['test -f /proc/cpuinfo', 'test -f /proc/cpuinfo'],
  // what this machine has alone stays where a command is named, and nowhere else
  ['/bin/sh -c x && /usr/bin/env y', '/bin/sh -c x && /usr/bin/env y'],
  ['A=1 /bin/sh; rm /bin/sh', 'A=1 /bin/sh; rm /img/bin/sh'],
  ['/custom/run', '/img/custom/run'],
  ['/made/later', '/img/made/later'],
  // no paths
  ["sed -i '/debug/d' x", "sed -i '/debug/d' x"],
  ["sed -i 's/a/b/' x", "sed -i 's/a/b/' x"],
  ['curl https://host/x http://a/b', 'curl https://host/x http://a/b'],
  ['ls ./a/b a/b ~/x $HOME/x', 'ls ./a/b a/b ~/x $HOME/x'],
  ['echo $((6 / 2))', 'echo $((6 / 2))'],
  ["awk '{print $1 / $2}'", "awk '{print $1 / $2}'"],
  ["printf '#!/usr/bin/env node'", "printf '#!/usr/bin/env node'"],
  ['gcc -I/usr/include', 'gcc -I/usr/include'],
  ['echo \\/etc', 'echo \\/etc'],
])('%s', (script, mapped) => {
  expect(mapPaths(script, places())).toBe(mapped);
});

test.each([
  ['rm -rf /data', "rm -rf '/my $x'\\''s img'/data"],
  ['rm -rf "/data"', 'rm -rf "/my \\$x\'s img/data"'],
  ["rm -rf '/data'", "rm -rf '/my $x'\\''s img/data'"],
])('%s, in a folder whose name would fall apart, stays one word', (script, mapped) => {
  expect(mapPaths(script, places("/my $x's img"))).toBe(mapped);
});

test.each([
  ['/app/bin', '/img/app/bin'],
  ['/usr/local/bin:/usr/bin', '/img/usr/local/bin:/img/usr/bin'],
  ['/api/v1', '/api/v1'],
  ['/custom', '/img/custom'],
  ['http://x/y', 'http://x/y'],
  ['plain', 'plain'],
])('a variable with %s is %s', (value, mapped) => {
  expect(mapValue(value, places())).toBe(mapped);
});
