import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileConfigSource } from '../../../src/config/file-config-source.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { makeProject } from './make-project.ts';

const facts = { short: async () => '', branch: async () => '', dirty: async () => false };
const signal = new AbortController().signal;

async function setUp(yaml: string) {
  const root = await makeProject({
    'rockpool.yaml': yaml,
    Dockerfile: 'FROM x',
    'k8s/a.yaml': 'apiVersion: v1\nkind: Pod\n',
  });
  const load = { cwd: root, env: {}, git: () => facts };
  const initial = await loadConfig(load, signal);
  const needs = async () => ({ web: ['base'] });
  return { root, initial, source: createFileConfigSource({ initial, load, namespace: 'dev', needs }) };
}
const web = 'version: 1\nimages: [{ name: web }]\n';

describe('the configuration of a session', () => {
  it('is read again, and the last good one stays in force', async () => {
    const { root, initial, source } = await setUp(web);
    expect(source.current()).toBe(initial);
    expect(await source.load(signal)).toMatchObject({
      images: [{ name: 'web', needs: ['base'] }],
      namespaces: ['dev'],
    });
    await writeFile(join(root, 'rockpool.yaml'), `${web}values: { a: 1 }\n`);
    await source.load(signal);
    const good = source.current();
    expect(good.values).toEqual({ a: 1 });
    await writeFile(join(root, 'rockpool.yaml'), `${web}valuess: {}\n`);
    await expect(source.load(signal)).rejects.toMatchObject({ failures: [{ code: 'CONFIG_INVALID' }] });
    expect(source.current()).toBe(good);
  });

  it('is not inferred while the file is away for a moment', async () => {
    const { root, source, initial } = await setUp(web);
    await rm(join(root, 'rockpool.yaml'));
    await expect(source.load(signal)).rejects.toMatchObject({
      failures: [{ code: 'CONFIG_NOT_FOUND', hint: expect.stringMatching(/^Put it back/) }],
    });
    expect(source.current()).toBe(initial);
  });

  it('keeps the name and the namespace that it began with', async () => {
    const { root, source } = await setUp(web);
    await writeFile(join(root, 'rockpool.yaml'), `${web}name: other\nnamespace: elsewhere\n`);
    await expect(source.load(signal)).rejects.toMatchObject({
      failures: [
        { code: 'CONFIG_NEEDS_RESTART', message: 'name is other now and was shop when the session began' },
        {
          code: 'CONFIG_NEEDS_RESTART',
          message: 'namespace is elsewhere now and was not set when the session began',
        },
      ],
    });
  });
});
