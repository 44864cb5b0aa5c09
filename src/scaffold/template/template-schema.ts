import { z } from 'zod';
import { pathPatternProblem } from './path-pattern.ts';
import { isVisible } from './visible-text.ts';

/** Flags of `rockpool new` itself, which no answer may be named after. */
const OWN_FLAGS: readonly string[] = ['yes', 'list', 'output', 'git', 'no-git', 'help', 'version'];

/** Words that are printed on a terminal: one line, nothing invisible. */
const shown = (limit: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(limit, `must have at most ${limit} characters`)
    .refine(isVisible, 'must be one line without control or invisible characters');

const pattern = shown(200).superRefine((text, context) => {
  const problem = pathPatternProblem(text);
  if (problem) context.addIssue(`${JSON.stringify(text)} ${problem}`);
});

/** A number may be written without quotes. */
const word = (limit: number) => z.union([shown(limit), z.int()]).transform(String);

const answerSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,30}$/, 'is lower case letters, digits and "-", at most 31')
      .refine(
        (name) => !OWN_FLAGS.includes(name),
        `must not be a flag of rockpool new: ${OWN_FLAGS.join(', ')}`,
      )
      .describe('what it is called, and its flag: `port` is also `--port`'),
    ask: shown(100).describe('the words of the question'),
    type: z
      .enum(['name', 'port', 'text', 'choice'])
      .describe(
        '`name`: a DNS label; `port`: 1 to 65535; `text`: begins with a letter; letters, digits, spaces and `. _ - + @ /`',
      ),
    choices: z
      .array(word(120))
      .min(1, 'must not be empty')
      .max(50, 'must have at most 50 entries')
      .optional()
      .describe('with `type: choice`: the values to choose from'),
    default: word(120)
      .optional()
      .describe(
        'the value when nothing is said; without one it is asked for. That of `name` is the name of the folder',
      ),
    replaces: word(120)
      .refine((text) => /^[\p{L}\p{N}_]/u.test(text) && /[\p{L}\p{N}_]$/u.test(text), {
        message: 'must begin and end with a letter, a digit or "_"',
      })
      .describe('this word becomes the answer, wherever it is not next to a letter, digit or `_`'),
    in: z
      .array(pattern)
      .min(1, 'must not be empty')
      .max(20, 'must have at most 20 entries')
      .describe('the files that it is replaced in: paths, or patterns with `*`, `?` and `**`'),
  })
  .meta({ id: 'Answer' });

/** template.yaml. */
export const templateSchema = z.strictObject({
  version: z.literal(1).describe('version of the format'),
  description: shown(120).describe('what the template makes, in a line: the picker shows it'),
  answers: z
    .array(answerSchema)
    .min(1, 'must hold at least the answer "name"')
    .max(20, 'must have at most 20 entries')
    .describe('what is asked; one of them is called `name` and has the type `name`'),
  leave: z
    .array(pattern)
    .max(20, 'must have at most 20 entries')
    .default([])
    .describe('files that are not copied: paths, or patterns'),
  next: z
    .array(shown(120))
    .max(5, 'must have at most 5 entries')
    .default([])
    .describe('commands that are printed after `cd` and `rockpool up`'),
});

export type TemplateYaml = z.output<typeof templateSchema>;
