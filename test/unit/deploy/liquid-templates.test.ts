import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLiquidTemplates } from '../../../src/deploy/liquid-templates.ts';
import type { TemplateVariables } from '../../../src/deploy/template-variables.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import { makeProject } from '../config/make-project.ts';

const variables: TemplateVariables = {
  name: 'shop',
  namespace: 'dev',
  values: {
    replicas: 2,
    word: 'yes',
    text: 'a\nb\n',
    map: { a: 1, b: ['x'] },
    nothing: null,
    list: ['p', 'q'],
  },
  env: { HOME_PAGE: 'http://x' },
  git: { short: async () => 'abc', branch: async () => 'main', dirty: async () => true },
  images: { 'shop/web': 'shop/web:1f', 'shop/api': undefined },
};

const render = async (source: string, root = '/nowhere') =>
  createLiquidTemplates(root).render(
    { source, file: 'k8s/a.yaml.liquid', folder: join(root, 'k8s') },
    variables,
  );

/** The failure of a template, as one line. */
async function failureOf(source: string, root?: string): Promise<string> {
  const error = await render(source, root).catch((thrown: unknown) => thrown);
  if (!(error instanceof RockpoolError)) throw error;
  const [failure] = error.failures;
  expect(failure?.code).toBe('TEMPLATE_INVALID');
  const { at, message, hint } = failure ?? {};
  return `${at?.file}:${at?.line}:${at?.column} ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

describe('a template', () => {
  it.each([
    ['{{ name }} {{ namespace }} {{ values.replicas }} {{ env.HOME_PAGE }}', 'shop dev 2 http://x'],
    ['{{ git.short }} {{ git.branch }} {{ git.dirty }}', 'abc main true'],
    ["{{ images['shop/web'].ref }}", 'shop/web:1f'],
    ['{{ values.nope | default: 3 }} {{ nope.at.all | default: "q" }}', '3 q'],
    ['{% if values.nope %}a{% else %}b{% endif %}', 'b'],
    ['{% assign x = values.replicas | plus: 1 %}{{ x }}', '3'],
    ['{{ values.nothing }}.', '.'],
    ['{% for item in values.list %}{{ item }},{% endfor %}', 'p,q,'],
  ])('%s', async (source, text) => {
    expect((await render(source)).text).toBe(text);
  });

  it.each([
    ['{{ values.word | yaml }}', '"yes"'],
    ['a:{{ values.map | yaml | nindent: 2 }}', 'a:\n  a: 1\n  b:\n    - x'],
    ['{{ values.map | json }}', '{"a":1,"b":["x"]}'],
    ['{{ values.replicas | quote }}', '"2"'],
    ['{{ values.text | quote }}', '"a\\nb\\n"'],
    ['{{ values.text | indent: 2 }}', '  a\n  b\n'],
    ['{{ "å" | b64enc }}', 'w6U='],
  ])('filter: %s', async (source, text) => {
    expect((await render(source)).text).toBe(text);
  });

  it('names images that are not built, and only those it really uses', async () => {
    const text = "{{ images['shop/api'].ref }} {{ images['shop/web'].ref }}";
    expect(await render(text)).toEqual({ text: 'shop/api:not-built-yet shop/web:1f', unbuilt: ['shop/api'] });
    expect((await render("{% if images['shop/api'] %}x{% endif %}")).unbuilt).toEqual([]);
  });
});

describe('what is wrong with a template is said in words, with its place and what was meant', () => {
  it.each([
    [
      'a: {{ values.replcas }}',
      'k8s/a.yaml.liquid:1:7 unknown variable "values.replcas" (did you mean "values.replicas"?)',
    ],
    [
      '\n a: {{ replicas }}',
      'k8s/a.yaml.liquid:2:8 unknown variable "replicas" (did you mean "values.replicas"?)',
    ],
    [
      '{{ values.map.c }}',
      'k8s/a.yaml.liquid:1:4 unknown variable "values.map.c" (did you mean "values.map.a"?)',
    ],
    ['{{ git.shrt }}', 'k8s/a.yaml.liquid:1:4 unknown variable "git.shrt" (did you mean "git.short"?)'],
    [
      '{{ env.HOMEPAGE }}',
      'k8s/a.yaml.liquid:1:4 the environment variable HOMEPAGE is not set (did you mean "env.HOME_PAGE"?)',
    ],
    [
      '{{ images.web.ref }}',
      'k8s/a.yaml.liquid:1:4 unknown variable "images.web" (did you mean images["shop/web"].ref?)',
    ],
    [
      '{% assign x = values.replcas %}',
      'k8s/a.yaml.liquid:1:15 unknown variable "values.replcas" (did you mean "values.replicas"?)',
    ],
    ['a\n  {{ name | qoute }}', 'k8s/a.yaml.liquid:2:13 unknown filter "qoute" (did you mean "quote"?)'],
    ['{% iff x %}', 'k8s/a.yaml.liquid:1:1 unknown tag "iff" (did you mean "if"?)'],
    ['x{% endif %}', 'k8s/a.yaml.liquid:1:2 {% endif %} closes nothing (its opening tag is missing)'],
    ['\n{% if name %}a', 'k8s/a.yaml.liquid:2:1 {% if name %} is not closed'],
    ['a {{ name', 'k8s/a.yaml.liquid:1:3 "{{ name" is not closed'],
    ['a: {{ values.map }}', 'k8s/a.yaml.liquid:1:4 this is a map: add "| json", or "| yaml | nindent: 4"'],
    ['{{ values.list }}', 'k8s/a.yaml.liquid:1:1 this is a list: add "| json", or "| yaml | nindent: 4"'],
  ])('%s', async (source, message) => {
    expect(await failureOf(source)).toBe(message);
  });

  it('shows the source with a caret, and never a value', async () => {
    const error = await render('kind: X\nspec:\n  a: {{ values.replcas }}\n').catch((thrown) => thrown);
    expect(error.failures[0].output).toBe(
      '1 | kind: X\n2 | spec:\n3 |   a: {{ values.replcas }}\n  |         ^\n4 |',
    );
  });
});

describe('partials', () => {
  const files = {
    'k8s/_labels.liquid': 'app: {{ name }}{{ extra }}',
    'shared/broken.liquid': 'ok\n{{ values.nope }}',
  };

  it('are found beside the template and from the project', async () => {
    const root = await makeProject(files);
    expect((await render("{% render '_labels', extra: 1 %}", root)).text).toBe('app: shop1');
    expect(await failureOf("a\n{% render 'shared/broken' %}", root)).toMatch(
      /^shared\/broken\.liquid:2:4 unknown variable "values.nope"/,
    );
  });

  it('are never read from outside the project', async () => {
    const root = await makeProject(files);
    const outside = await makeProject({ 'secret.liquid': 'secret' });
    for (const path of [
      join(outside, 'secret'),
      '../../../../etc/hostname',
      join(outside, 'secret.liquid'),
    ]) {
      expect(await failureOf(`{% render '${path}' %}`, root)).toContain('there is no partial');
    }
  });
});
