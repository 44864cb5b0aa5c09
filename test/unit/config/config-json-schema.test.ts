import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it, onTestFinished } from 'vitest';
import { configJsonSchema, knownKeys } from '../../../src/config/config-json-schema.ts';
import { configReference } from '../../../src/config/config-reference.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { writeMissingSchema, writeSchemaFile } from '../../../src/config/schema-file.ts';
import { makeProject } from './make-project.ts';

const good = [
  { version: 1 },
  {
    version: 1,
    images: [{ name: 'a' }],
    manifests: ['a', { helm: { chart: 'c' } }],
    forwards: [{ to: 'service/a:1' }],
  },
];
const bad = [
  {},
  { version: 2 },
  { version: 1, nam: 'x' },
  { version: 1, images: [{ context: 'x' }] },
  { version: 1, name: 'A B' },
];

describe('the JSON Schema', () => {
  it.each([...good.map((file) => [file, true] as const), ...bad.map((file) => [file, false] as const)])(
    'judges %j as the checks do',
    (file, valid) => {
      expect(new Ajv({ allowUnionTypes: true }).validate(configJsonSchema(), file)).toBe(valid);
      expect(configSchema.safeParse(file).success).toBe(valid);
    },
  );

  it('tells the keys of every map, through lists, maps and alternatives', () => {
    const schema = configJsonSchema();
    expect(knownKeys(schema, ['manifests', 0])).toEqual(['kustomize', 'helm']);
    expect(knownKeys(schema, ['images', 3, 'sync', 0])).toEqual(['from', 'to', 'run', 'restart']);
    expect(knownKeys(schema, ['profiles', 'ci'])).not.toContain('version');
    expect(knownKeys(schema, ['values', 'anything'])).toEqual([]);
  });

  it('says of every key what it is for, in the reference page', () => {
    const rows = configReference()
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(30);
    expect(rows).toContain(
      '| `images[].context` | text | `.` | the build context: a folder, relative to the project; its .dockerignore is honoured |',
    );
    expect(rows.filter((row) => row.endsWith('|  |'))).toEqual([]);
  });
});

describe('writeSchemaFile', () => {
  it('writes the schema into .rockpool, which git ignores, once', async () => {
    const root = await mkdtemp(join(tmpdir(), 'rockpool-schema-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    await writeSchemaFile(root);
    const file = join(root, '.rockpool/schema.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(configJsonSchema());
    expect(await readFile(join(root, '.rockpool/.gitignore'), 'utf8')).toBe('*\n');
    const before = await stat(file, { bigint: true });
    await writeSchemaFile(root);
    expect((await stat(file, { bigint: true })).mtimeNs).toBe(before.mtimeNs);
  });
});

describe('writeMissingSchema', () => {
  const modeline = '# yaml-language-server: $schema=.rockpool/schema.json\n';
  const schemaIn = (root: string) => readFile(join(root, '.rockpool/schema.json'), 'utf8').catch(() => '');

  it('writes the schema that the first line names, where there is none', async () => {
    const root = await makeProject({ 'rockpool.yaml': `${modeline}version: 1\n` });
    await writeMissingSchema(join(root, 'rockpool.yaml'));
    expect(JSON.parse(await schemaIn(root))).toEqual(configJsonSchema());
  });

  it.each([
    ['no editor is sent there', { 'rockpool.yaml': 'version: 1\n' }, ''],
    ['there is one', { 'rockpool.yaml': modeline, '.rockpool/schema.json': '{}' }, '{}'],
    ['the folder cannot be made', { 'rockpool.yaml': modeline, '.rockpool': 'a file' }, ''],
    ['the file has gone', {}, ''],
  ])('writes nothing where %s', async (_, files, expected) => {
    const root = await makeProject(files);
    await writeMissingSchema(join(root, 'rockpool.yaml'));
    expect(await schemaIn(root)).toBe(expected);
  });
});
