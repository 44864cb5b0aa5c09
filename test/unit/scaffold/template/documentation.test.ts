import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { configSchema } from '../../../../src/config/schema.ts';
import { fillTemplate } from '../../../../src/scaffold/template/fill-template.ts';
import { readTemplate } from '../../../../src/scaffold/template/read-template.ts';
import { makeProject } from '../../config/make-project.ts';

const page = await readFile(join(import.meta.dirname, '../../../../docs/templates.md'), 'utf8');
const example = [...page.matchAll(/^`hello\/([^`]+)`.*\n```\w+\n([\s\S]*?)```/gm)];

test('the example of the guide is a template, and makes the project that it says', async () => {
  const folder = await makeProject(Object.fromEntries(example.map(([, path, text]) => [path, text])));
  const place = { name: 'hello', folder, shown: 'hello' };
  const template = await readTemplate(place, new AbortController().signal);
  expect(template.files).toHaveLength(4);
  const files = fillTemplate(template, { name: 'greeter', port: '9000', greeting: 'Good day' });
  const text = (path: string) =>
    new TextDecoder().decode(files.find((file) => file.path === path)?.content ?? new Uint8Array());
  const config = configSchema.parse(parseAllDocuments(text('rockpool.yaml'))[0]?.toJS());
  expect(config.name).toBe('greeter');
  expect(text('rockpool.yaml')).toContain('local: 9000');
  expect(text('k8s/page.yaml')).toContain('containerPort: 8080');
  expect(text('site/index.html')).toBe('<p>Good day</p>\n');
});
