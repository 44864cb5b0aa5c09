import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { answerProblem } from '../../../../src/scaffold/template/answer-value.ts';
import { builtInTemplates } from '../../../../src/scaffold/template/built-in-templates.ts';
import { fillTemplate, inPatterns } from '../../../../src/scaffold/template/fill-template.ts';
import { readTemplate } from '../../../../src/scaffold/template/read-template.ts';
import type { Template, TemplateAnswer } from '../../../../src/scaffold/template/template.ts';

const text = (content: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
const answer = (name: string, replaces: string, files: string[] = ['a']): TemplateAnswer => ({
  name,
  ask: name,
  type: 'text',
  choices: [],
  replaces,
  in: files,
});
const fill = (source: string, answers: TemplateAnswer[], values: Record<string, string>) => {
  const files = [{ source: 'a', path: 'a', content: new TextEncoder().encode(source), executable: false }];
  return text(fillTemplate({ answers, files }, values)[0]?.content as Uint8Array);
};

describe('filling answers in', () => {
  test.each<[string, string, string]>([
    [
      'a whole word',
      'hello-node hello_hello-node hello-nodes xhello-node',
      'shop hello_hello-node hello-nodes xhello-node',
    ],
    ['beside signs', '"hello-node":hello-node/hello-node-data', '"shop":shop/shop-data'],
    ['beside letters of other scripts', 'éhello-node hello-node日', 'éhello-node hello-node日'],
    ['line ends and a byte order mark stay', '\ufeffhello-node\r\n', '\ufeffshop\r\n'],
  ])('%s', (_name, source, expected) => {
    expect(fill(source, [answer('name', 'hello-node')], { name: 'shop' })).toBe(expected);
  });

  test('a value is not replaced again, and of two words the longer counts', () => {
    const answers = [answer('one', 'a'), answer('two', 'b'), answer('three', 'a-b')];
    expect(fill('a b a-b', answers, { one: 'b', two: 'a', three: 'c' })).toBe('b a c');
  });

  test('words are taken literally, and so are values', () => {
    expect(fill('a.b axb', [answer('one', 'a.b')], { one: '$& $1' })).toBe('$& $1 axb');
  });
});

const NAME = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/);
const TEXT = fc.stringMatching(/^[\p{L}][\p{L}\p{N} ._+@/-]{0,30}[\p{L}\p{N}._+@/]$/u);

/** Values of every kind that an answer may have. */
const valuesOf = (template: Template): fc.Arbitrary<Record<string, string>> =>
  fc.record(
    Object.fromEntries(
      template.answers.map((each) => {
        const any = {
          name: NAME,
          text: TEXT,
          port: fc.integer({ min: 1, max: 65_535 }).map(String),
          choice: fc.constantFrom(...each.choices, ''),
        }[each.type];
        return [each.name, any.filter((value) => answerProblem(each, value) === undefined)];
      }),
    ),
  );

const greeter = join(import.meta.dirname, '../../../fixtures/templates/greeter');
const places = [{ name: 'greeter', folder: greeter, shown: greeter }, ...(await builtInTemplates())];

describe.each(places)('the template $name, whatever the answers', (place) => {
  const whole = () => readTemplate(place, new AbortController().signal);

  test('changes its YAML and JSON only in their words: no entry more or less, text stays text', async () => {
    const template = await whole();
    fc.assert(
      fc.property(valuesOf(template), (values) => {
        for (const [index, file] of fillTemplate(template, values).entries()) {
          const before = text(template.files[index]?.content as Uint8Array);
          if (!/\.(ya?ml|json)$/.test(file.path) || hasComments(before, file.path)) continue;
          expect(shape(text(file.content), file.path)).toEqual(shape(before, file.path));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('touches only the files that it lists, and leaves their modes and paths', async () => {
    const template = await whole();
    const listed = template.answers.map(inPatterns);
    fc.assert(
      fc.property(valuesOf(template), (values) => {
        for (const [index, file] of fillTemplate(template, values).entries()) {
          const { source, path, executable, content } = template.files[index] as Template['files'][number];
          expect([file.path, file.executable]).toEqual([path, executable]);
          if (!listed.some((isIn) => isIn(source))) expect(file.content).toBe(content);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('with the words that are there already, it is as it was', async () => {
    const template = await whole();
    const same = Object.fromEntries(template.answers.map(({ name, replaces }) => [name, replaces]));
    for (const [index, file] of fillTemplate(template, same).entries())
      expect(file.content).toEqual(template.files[index]?.content);
  });
});

/** As a tsconfig.json may: JSON only by its name. */
function hasComments(source: string, path: string): boolean {
  return path.endsWith('.json') && /^\s*\/[/*]/m.test(source);
}

/** Kinds of everything in a file, by place; read as Kubernetes reads it, too. Keys that are names may change. */
function shape(source: string, path: string): unknown {
  if (path.endsWith('.json')) return kinds(JSON.parse(source));
  return ['1.1', '1.2'].map((version) =>
    parseAllDocuments(source, { version: version as '1.1' | '1.2' }).map((document) => {
      expect(document.errors).toEqual([]);
      return kinds(document.toJS());
    }),
  );
}

function kinds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(kinds);
  if (typeof value === 'object' && value !== null) return Object.values(value).map(kinds);
  return typeof value;
}
