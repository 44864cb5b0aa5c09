import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitAnswerWords } from '../../../../src/cli/answer-words.ts';
import { shellWord } from '../../../../src/cli/own-command.ts';
import { projectName } from '../../../../src/scaffold/new/project-name.ts';
import { answerProblem } from '../../../../src/scaffold/template/answer-value.ts';

test.each([
  ['/home/me/my-app', 'my-app'],
  ['/x/My App', 'my-app'],
  ['/x/Café_Größe', 'cafe-gro-e'],
  ['/x/2048', 'app-2048'],
  ['/x/--a--', 'a'],
  ['/x/日本', 'app'],
  ['/x/no', 'no-app'],
  ['/', 'app'],
])('the project in %s is called %s', (folder, name) => {
  expect(projectName(folder)).toBe(name);
});

test('whatever the folder, its project has a name that is taken', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (folder) => {
      expect(answerProblem({ type: 'name', choices: [] }, projectName(`/x/${folder}`))).toBeUndefined();
    }),
  );
});

test.each<[string[], string[], [string, string][]]>([
  [['node', 'my-app', '--port', '9000'], ['node', 'my-app'], [['port', '9000']]],
  [['--port=9000', 'node'], ['node'], [['port', '9000']]],
  [['--text=a=b'], [], [['text', 'a=b']]],
  [['--text', '-x', 'node'], ['node'], [['text', '-x']]],
  [['--port', '1', '--port', '2'], [], [['port', '2']]],
  [['--empty=', 'node'], ['node'], [['empty', '']]],
])('%j', (words, operands, flags) => {
  const split = splitAnswerWords(words);
  expect(split.operands).toEqual(operands);
  expect([...split.flags]).toEqual(flags);
});

test.each([
  [['--port'], /--port needs a value/],
  [['--port', '--name'], /--port needs a value/],
  [['-x'], /no option -x/],
])('%j is refused', (words, message) => {
  expect(() => splitAnswerWords(words)).toThrow(message);
});

test.each([
  ['my-app', 'my-app'],
  ['my app', "'my app'"],
  ["it's", "'it'\\''s'"],
  ['', "''"],
])('a shell gets %j as %s', (word, shown) => {
  expect(shellWord(word)).toBe(shown);
});
