import type { TemplateAnswer } from './template.ts';

type Checked = Pick<TemplateAnswer, 'type' | 'choices'>;

/**
 * What is wrong with an answer, in words; undefined when nothing is. What passes cannot end a string, an entry or a line
 * of YAML, JSON, a Dockerfile or a Makefile, and stays text where YAML sees it unquoted. Pure.
 */
export function answerProblem({ type, choices }: Checked, value: string): string | undefined {
  if (type === 'choice') return choices.includes(value) ? undefined : `must be one of ${choices.join(', ')}`;
  if (type === 'port') return isPort(value) ? undefined : 'must be a whole number from 1 to 65535';
  if (YAML_WORDS.test(value)) return 'is a word that YAML does not take for text';
  if (type === 'name') return NAME.test(value) ? undefined : NAME_WORDS;
  return value.length <= MAX_TEXT && TEXT.test(value) ? undefined : TEXT_WORDS;
}

/** Whether a value may stand among the choices of a template. Pure. */
export function isChoice(value: string): boolean {
  return value.length <= MAX_TEXT && CHOICE.test(value) && !YAML_WORDS.test(value);
}

/**
 * A DNS label (RFC 1035, so that Services take it), short enough that names made from it (`shop-worker`, a pod's name)
 * stay within 63 characters.
 */
const NAME = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const NAME_WORDS =
  'must be lower case letters, digits and "-", at most 40, beginning with a letter and ending with a letter or digit';

const MAX_TEXT = 120;
const TEXT = /^\p{L}(?:[\p{L}\p{M}\p{N} ._+@/-]*[\p{L}\p{M}\p{N}._+@/])?$/u;
const TEXT_WORDS = `must begin with a letter and consist of letters, digits, spaces and . _ - + @ /, at most ${MAX_TEXT}`;

/** A choice may begin with a digit, as versions do: the template's author has it in its place. */
const CHOICE = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._+@/-]*[\p{L}\p{M}\p{N}._+@/])?$/u;

/**
 * What YAML 1.1 takes for true, false or null (yaml.org/type/bool.html, null.html; Kubernetes reads it so), and what some of
 * its readers take for a number: `e0`.
 */
const YAML_WORDS = /^(y|n|yes|no|on|off|true|false|null|e[-+]?[0-9]+)$/i;

function isPort(value: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(value) && Number(value) <= 65_535;
}
