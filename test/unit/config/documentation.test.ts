import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../../src/config/schema.ts';

const page = await readFile(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

it('the guide has examples', () => {
  expect(examples.length).toBeGreaterThan(0);
});

it.each(examples)('an example of the guide is valid: %#', (text) => {
  expect(configSchema.safeParse(parse(text)).error).toBeUndefined();
});
