import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { configJsonSchema } from '../../../src/config/config-json-schema.ts';
import { copyRepo, fixtures, readTree, rockpool } from './init-fixtures.ts';

const names = (await readdir(fixtures)).sort();

describe.each(names)('init in %s', (name) => {
  const expected = () => readTree(join(fixtures, name, 'expected'));

  it('writes what its owners would have written, and what it wrote renders', async () => {
    const { root, remove } = await copyRepo(name);
    onTestFinished(remove);
    const before = await readTree(root);
    const said = await rockpool('init', root, '--yes');
    const after = await readTree(root);
    const made = Object.fromEntries(Object.entries(after).filter(([file]) => !(file in before)));
    expect(made, said.stderr).toEqual(await expected());
    expect(said.code).toBe(0);
    expect(after, 'what was there is as it was').toMatchObject(before);
    const ajv = new Ajv({ allowUnionTypes: true });
    const isValid = ajv.validate(configJsonSchema(), parse(made['rockpool.yaml'] ?? ''));
    expect(isValid, ajv.errorsText()).toBe(true);
    for (const line of await linesOf(name, 'says.txt')) expect(said.stderr).toContain(line);
  });

  it('changes nothing when it runs again', async () => {
    const { root, remove } = await copyRepo(name);
    onTestFinished(remove);
    await rockpool('init', root, '--yes');
    const before = await readTree(root);
    const said = await rockpool('init', root, '--yes');
    expect(await readTree(root)).toEqual(before);
    expect(said.stderr).toContain('it has all that was found here');
    expect(said.code).toBe(0);
  });
});

/** What a fixture wants said. */
async function linesOf(name: string, file: string): Promise<readonly string[]> {
  const text = await readFile(join(fixtures, name, file), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}
