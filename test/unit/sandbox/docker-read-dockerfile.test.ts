import { describe, expect, test } from 'vitest';
import { canonicalName, parseReference } from '../../../src/sandbox/docker/base/image-reference.ts';
import { configure, EMPTY_CONFIG, resolvePath } from '../../../src/sandbox/docker/build/configure.ts';
import { readDockerfile } from '../../../src/sandbox/docker/build/read-dockerfile.ts';
import { expandWord, parseExecForm, splitWords } from '../../../src/sandbox/docker/build/words.ts';

describe('a Dockerfile', () => {
  const SOURCE = `# syntax=docker/dockerfile:1
ARG V=24
FROM node:\${V} AS base
RUN --mount=type=cache,target=/c apt-get update \\
  # a comment
  && rm  "a  b"
FROM base
COPY --from=base --chown=1:1 ["a b", "c/"]
RUN <<-'EOF'
\techo "x \\
y"
EOF
COPY <<A <<B /to/
one
A
two
B
`;

  test('is stages with instructions, each with its line, its flags and what follows', () => {
    const { globals, stages } = readDockerfile(SOURCE);
    expect(globals).toMatchObject([{ keyword: 'ARG', line: 2, rest: 'V=24' }]);
    expect(stages.map(({ name, base, index }) => [name, base, index])).toEqual([
      ['base', 'node:${V}', 0],
      [undefined, 'base', 1],
    ]);
    expect(stages[0]?.instructions).toEqual([
      {
        keyword: 'RUN',
        line: 4,
        text: 'RUN --mount=type=cache,target=/c apt-get update   && rm  "a  b"',
        flags: [{ name: 'mount', value: 'type=cache,target=/c' }],
        rest: 'apt-get update   && rm  "a  b"',
        heredocs: [],
      },
    ]);
    const [copy, run, files] = stages[1]?.instructions ?? [];
    expect(copy).toMatchObject({
      line: 8,
      rest: '["a b", "c/"]',
      flags: [{ name: 'from' }, { name: 'chown' }],
    });
    expect(run).toMatchObject({
      line: 9,
      rest: "<<-'EOF'",
      heredocs: [{ name: 'EOF', text: 'echo "x \\\ny"\n', quoted: true }],
    });
    expect(files).toMatchObject({
      line: 13,
      heredocs: [
        { name: 'A', text: 'one\n', quoted: false },
        { name: 'B', text: 'two\n', quoted: false },
      ],
    });
  });

  test('keeps its lines with Windows’ line ends and a byte order mark', () => {
    const { stages } = readDockerfile('\uFEFFFROM a\r\n\r\nRUN <<EOF\r\nx\r\nEOF\r\n');
    expect(stages[0]?.instructions).toMatchObject([{ line: 3, heredocs: [{ text: 'x\n' }] }]);
  });
});

test.each([
  ['ENV A=1 B="x y" C=\'q $V\' D=a\\ b', { env: ['A=1', 'B=x y', 'C=q $V', 'D=a b'] }],
  ['ENV OLD the rest  of it', { env: ['OLD=the rest  of it'] }],
  ['ENV A=$V/${V:-x}/${NONE:-y}', { env: ['A=v/v/y'] }],
  ['LABEL a.b="c d" e=$V', { labels: { 'a.b': 'c d', e: 'v' } }],
  ['CMD node x', { cmd: ['/bin/sh', '-c', 'node x'] }],
  ['CMD ["node", "x y"]', { cmd: ['node', 'x y'] }],
  ['ENTRYPOINT ["a"', { entrypoint: ['/bin/sh', '-c', '["a"'] }],
  ['EXPOSE 80 81/udp 90-92 $PORT', { exposed: [80, 81, 90, 91, 92] }],
  ['USER 1:2', { user: '1:2' }],
  ['WORKDIR a/../$V', { workingDir: '/v' }],
  ['SHELL ["bash", "-c"]', { shell: ['bash', '-c'] }],
  ['STOPSIGNAL SIGQUIT', { stopSignal: 'SIGQUIT' }],
  ['HEALTHCHECK CMD x', {}],
])('%s', (line, changed) => {
  const [instruction] = readDockerfile(`FROM a\n${line}\n`).stages[0]?.instructions ?? [];
  expect(configure(EMPTY_CONFIG, instruction!, new Map([['V', 'v']]))).toMatchObject(changed);
});

test.each([
  ['a "b c" d', ['a', '"b c"', 'd']],
  ['\'a b\'c "d\\" e" f\\ g', ["'a b'c", '"d\\" e"', 'f\\ g']],
  ['it"s', ['it"s']],
])('the words of %s', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});

test.each([
  ['"a $V"', 'a v'],
  ["'a $V'", 'a $V'],
  ['\\$V', '$V'],
  ['"\\$V \\n"', '$V \\n'],
])('%s means %s', (word, meant) => {
  expect(expandWord(word, new Map([['V', 'v']]))).toBe(meant);
});

test.each([
  ['["a", "b"]', ['a', 'b']],
  ['["a"', undefined],
  ['[1]', undefined],
  ['[ -f x ] && y', undefined],
  ['a', undefined],
])('%s as a list', (text, list) => {
  expect(parseExecForm(text)).toEqual(list);
});

test.each([
  ['node', 'node', 'latest', 'docker.io/library/node:latest'],
  ['docker.io/library/node:24-slim', 'node', '24-slim', 'docker.io/library/node:24-slim'],
  ['shop/web:rp-1', 'shop/web', 'rp-1', 'docker.io/shop/web:rp-1'],
  ['localhost:5000/a/b', 'localhost:5000/a/b', 'latest', 'localhost:5000/a/b:latest'],
  [
    'gcr.io/distroless/static@sha256:1',
    'gcr.io/distroless/static',
    'latest',
    'gcr.io/distroless/static:latest@sha256:1',
  ],
])('the image %s', (ref, name, tag, canonical) => {
  expect(parseReference(ref)).toMatchObject({ name, tag });
  expect(canonicalName(ref)).toBe(canonical);
});

test.each([
  ['/app', 'x', '/app/x'],
  ['/app', '/x/', '/x'],
  ['/app', '../../..', '/'],
  ['/', '.', '/'],
])('%s and %s is %s', (from, path, resolved) => {
  expect(resolvePath(from, path)).toBe(resolved);
});
