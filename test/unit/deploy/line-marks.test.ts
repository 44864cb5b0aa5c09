import { describe, expect, it } from 'vitest';
import { createLiquidTemplates } from '../../../src/deploy/liquid-templates.ts';

const git = { short: async () => '', branch: async () => '', dirty: async () => false };
const variables = { name: 'shop', values: { on: false, list: [1, 2], text: 'a\nb' }, env: {}, git };
const templates = createLiquidTemplates('/nowhere');

/** The line of the template for each line it renders to. */
async function origins(source: string): Promise<readonly number[] | undefined> {
  const template = { source, file: 'a', folder: '/nowhere' };
  const { text } = await templates.render(template, variables);
  const lines = await templates.originalLines(template, variables, text);
  if (lines) expect(lines).toHaveLength(text.split('\n').length);
  return lines;
}

describe('the line that a rendered line came from', () => {
  it.each([
    ['a\n{{ name }}\nb\n', [1, 2, 3, 4]],
    ['a\n{% if values.on %}\nx\ny\n{% endif %}\nb', [1, 5, 6]],
    ['{% for i in values.list %}\n- {{ i }}\n{% endfor %}\nend', [1, 2, 1, 2, 3, 4]],
    ['a:\n{%- if values.on %}\n  x\n{%- endif %}\n  y', [4, 5]],
    ['a: {{ values.text | nindent: 2 }}\nb', [1, 1, 1, 2]],
    ['a\n{{ name\n  | upcase }}\nb', [1, 3, 4]],
    ['a\r\n{{ name }}\r\nb', [1, 2, 3]],
    ['{% comment %}\nx\n{% endcomment %}\nb', [3, 4]],
  ])('%j', async (source, lines) => {
    expect(await origins(source)).toEqual(lines);
  });

  it('is not made up where it cannot be told', async () => {
    expect(await origins('{% capture x %}a\nb{% endcapture %}{{ x | size }}\nc')).toBeUndefined();
  });
});
