import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSchema, writeSchemaFile } from '../../../src/config/schema-file.ts';
import { templateJsonSchema } from '../../../src/scaffold/template/template-json-schema.ts';
import { type LanguageServer, startLanguageServer } from './language-server.ts';

const templates = join(import.meta.dirname, '..', '..', '..', 'templates');
const modeline = '# yaml-language-server: $schema=.rockpool/schema.json\n';

let root: string;
let server: LanguageServer;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rockpool-editor-'));
  await writeSchemaFile(root);
  server = await startLanguageServer(root);
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

test('an unknown key, a wrong value and a missing key are marked where they are', async () => {
  const text = `${modeline}version: 1\nimages:\n  - name: a\n    contxt: web\n    update: role\n  - context: .\n`;
  const found = await server.diagnostics(join(root, 'rockpool.yaml'), text);
  const marked = found.map(({ message, range }) => `${range.start.line}: ${message}`).sort();
  expect(marked).toEqual([
    expect.stringMatching(/^4: .*contxt/),
    expect.stringMatching(/^5: .*"auto", "sync", "swap", "roll"/),
    expect.stringMatching(/^6: .*"name"/),
  ]);
});

test('completion has the keys with their descriptions', async () => {
  const file = join(root, 'keys.yaml');
  await server.diagnostics(file, `${modeline}version: 1\nimages:\n  - name: a\n    \n`);
  const items = await server.completion(file, 4, 4);
  const keys = Object.fromEntries(items.map(({ label, documentation }) => [label, documentation]));
  expect(Object.keys(keys)).toEqual(expect.arrayContaining(['context', 'dockerfile', 'target', 'sync']));
  expect(keys).not.toHaveProperty('name');
  expect(JSON.stringify(keys['dockerfile'])).toContain('relative to the project');
});

test('so has that of values, charts among them', async () => {
  const file = join(root, 'values.yaml');
  await server.diagnostics(file, `${modeline}version: 1\nonExit: \nmanifests:\n  - helm:\n      \n`);
  expect((await server.completion(file, 2, 8)).map(({ label }) => label)).toEqual(
    expect.arrayContaining(['keep', 'stop', 'down']),
  );
  expect((await server.completion(file, 5, 6)).map(({ label }) => label)).toEqual(
    expect.arrayContaining(['chart', 'release', 'values', 'set']),
  );
});

test.each(await readdir(templates))('the template %s has nothing that is marked', async (name) => {
  const project = join(root, name);
  await cp(join(templates, name, 'rockpool.yaml'), join(project, 'rockpool.yaml'), { recursive: true });
  await writeSchemaFile(project);
  const text = await readFile(join(project, 'rockpool.yaml'), 'utf8');
  expect(text.split('\n')[0]).toBe(modeline.trim());
  expect(await server.diagnostics(join(project, 'rockpool.yaml'), text)).toEqual([]);
  // A server that found no schema would mark nothing either.
  const broken = await server.diagnostics(join(project, 'broken.yaml'), `${text}\nunheardOf: 1\n`);
  expect(broken.map(({ message }) => message).join()).toContain('unheardOf');
});

test.each(await readdir(templates))(
  'nor has template.yaml of %s, with the schema beside it',
  async (name) => {
    const project = join(root, `template-${name}`);
    await writeSchema(project, 'template.schema.json', templateJsonSchema());
    const text = await readFile(join(templates, name, 'template.yaml'), 'utf8');
    const first = '# yaml-language-server: $schema=.rockpool/template.schema.json\n';
    expect(await server.diagnostics(join(project, 'template.yaml'), first + text)).toEqual([]);
    const broken = await server.diagnostics(join(project, 'broken.yaml'), `${first}${text}\nunheardOf: 1\n`);
    expect(broken.map(({ message }) => message).join()).toContain('unheardOf');
  },
);

test('nothing else is needed: all this came without a network', async () => {
  const others = (await server.hosts()).filter((host) => !/(^|\.)schemastore\.org$/.test(host));
  expect(others).toEqual([]);
});
