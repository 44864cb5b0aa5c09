import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imagesOf, parseDockerfile, stagesFor } from '../../../src/build/dockerfile.ts';
import { replaceRefs } from '../../../src/build/replace-refs.ts';

const parse = (source: string, args: Record<string, string> = {}) =>
  parseDockerfile(source, args, 'linux/arm64');
const refs = (source: string, { target, args }: { target?: string; args?: Record<string, string> } = {}) => {
  const parsed = parse(source, args);
  return imagesOf(parsed, stagesFor(parsed, target) ?? []).map(({ ref, line }) => `${line}:${ref}`);
};

describe('the images a Dockerfile names', () => {
  test.each<[string, string, string[]]>([
    ['a base', 'FROM node:24\nRUN x', ['1:node:24']],
    ['lower case, flags, tabs', 'from\t--platform=$BUILDPLATFORM  node:24   as  x', ['1:node:24']],
    [
      'stages are no images',
      'FROM a AS x\nFROM b AS y\nCOPY --from=x . .\nCOPY --from=0 . .',
      ['2:b', '1:a'].sort(),
    ],
    ['stage names without regard to case', 'FROM a AS Build\nFROM build', ['1:a']],
    ['nor is scratch', 'FROM scratch\nCOPY . /', []],
    ['COPY --from, beside other flags', 'FROM a\nCOPY --chown=1:1 --from=tools /x /y', ['1:a', '2:tools']],
    [
      'RUN --mount from',
      'FROM a\nRUN --mount=type=bind,from=b,target=/b --mount=type=cache,target=/c x',
      ['1:a', '2:b'],
    ],
    ['a later stage is an image for an earlier one', 'FROM a\nCOPY --from=z . .\nFROM b AS z', ['3:b']],
    ['a heredoc holds no instructions', 'FROM a\nRUN <<EOF\nFROM b\nEOF\nCOPY --from=c x y', ['1:a', '5:c']],
    [
      'two of them, one with tabs',
      'FROM a\nRUN x <<A <<-"B"\nFROM b\nA\n\tFROM c\n\tB\nCOPY --from=d x y',
      ['1:a', '7:d'],
    ],
    ['<< in a string is none', 'FROM a\nRUN echo "a <<EOF"\nCOPY --from=c x y', ['1:a', '3:c']],
    [
      'continuations, with comments and empty lines between',
      'FROM \\\n# no\n\n  a\nCOPY \\\n  --from=c \\\n x y',
      ['1:a', '5:c'],
    ],
    ['another escape sign', '# escape=`\nFROM a\nRUN dir c:\\\nCOPY --from=c ` \n x y', ['2:a', '4:c']],
    ['Windows line ends and a byte order mark', '\uFEFFFROM a\r\nCOPY --from=b x y\r\n', ['1:a', '2:b']],
  ])('%s', (_what, source, expected) => {
    expect(refs(source).sort()).toEqual(expected);
  });

  test('only those that the target takes', () => {
    const source = 'FROM a AS one\nFROM b AS two\nCOPY --from=c . .\nFROM two AS three\nFROM one';
    expect(refs(source)).toEqual(['1:a']);
    expect(refs(source, { target: 'THREE' })).toEqual(['2:b', '3:c']);
    expect(refs(source, { target: '1' })).toEqual(['2:b', '3:c']);
    expect(stagesFor(parse(source), 'four')).toBeUndefined();
  });
});

describe('variables in FROM', () => {
  test.each([
    ['FROM $BASE', {}, 'node'],
    ['FROM ${BASE}:${TAG:-24}', {}, 'node:24'],
    ['FROM ${BASE}:${TAG:-24}', { TAG: '22' }, 'node:22'],
    ['FROM ${BASE}${SLIM:+-slim}', { SLIM: 'yes' }, 'node-slim'],
    ['FROM ${BASE}${SLIM:+-slim}', {}, 'node'],
    ['FROM base-${TARGETARCH}', {}, 'base-arm64'],
    ['FROM "$BASE"', { BASE: 'deno' }, 'deno'],
    ['FROM x$NOPE', {}, 'x'],
  ])('%s with %o is %s', (from, args: Record<string, string>, expected) => {
    const { stages } = parse(`ARG BASE=node\nARG TAG SLIM\n${from}`, args);
    expect(stages[0]?.base.ref).toBe(expected);
  });

  test('an argument of a stage is not one of FROM', () => {
    expect(parse('FROM a\nARG X=b\nFROM c$X').stages[1]?.base.ref).toBe('c');
  });
});

test('what comes from elsewhere is told: remote files and repositories', () => {
  const source =
    'FROM a\nADD https://x.test/a.tgz /\nADD --keep-git-dir=true git@x.test:a/b.git /src\nADD local /';
  expect(parse(source).stages[0]?.remoteAdds).toEqual([
    { url: 'https://x.test/a.tgz', line: 2 },
    { url: 'git@x.test:a/b.git', line: 3 },
  ]);
});

test.each([
  ['RNU x\n', [{ message: 'unknown instruction RNU', line: 1 }, { message: 'there is no FROM' }]],
  ['COPY a b\nFROM x', [{ message: 'COPY stands before the first FROM', line: 1 }]],
  ['FROM\n', [{ message: 'FROM names no image', line: 1 }]],
  ['', [{ message: 'there is no FROM' }]],
  ['# syntax=docker/dockerfile:1\nARG A\nFROM x\nrun y', []],
])('problems of %j', (source, problems) => {
  expect(parse(source).problems).toEqual(problems);
});

test('anything can be read, and a replaced reference leaves the rest as it was', () => {
  const line = fc.constantFrom(
    'FROM a',
    'FROM a AS b \\',
    'COPY --from=a x y',
    'RUN <<EOF',
    'EOF',
    '# c',
    '',
    'RUN "',
    '--from=a',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(line).map((lines) => lines.join('\n')),
      ),
      (source) => {
        const { stages } = parse(source);
        const uses = stages
          .flatMap(({ base, others }) => [base, ...others])
          .filter(({ text }) => text !== '');
        for (const use of uses)
          expect(source.slice(use.start, use.end).replace(/[\s\\]/g, '')).toContain(use.text.trim());
        const same = replaceRefs(source, new Map(uses.map((use) => [use, source.slice(use.start, use.end)])));
        expect(same).toBe(source);
      },
    ),
  );
});

test('references are replaced where they stand', () => {
  const source = 'FROM  base:dev AS x\nRUN base:dev\nCOPY --from=tools:1 a b\n';
  const [stage] = parse(source).stages;
  const refsNow = new Map([
    [stage!.base, 'base:rp-1'],
    [stage!.others[0]!, 'tools:rp-2'],
  ]);
  expect(replaceRefs(source, refsNow)).toBe(
    'FROM  base:rp-1 AS x\nRUN base:dev\nCOPY --from=tools:rp-2 a b\n',
  );
});
