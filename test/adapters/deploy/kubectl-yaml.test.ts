import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseManifests } from '../../../src/deploy/parse-manifests.ts';
import { yamlText } from '../../../src/deploy/yaml-text.ts';

const run = promisify(execFile);
const hasKubectl = await run('kubectl', ['version', '--client']).then(
  () => true,
  () => false,
);

/** Scalars that YAML versions disagree about. */
const scalars = [
  ...[
    'yes',
    'Yes',
    'YES',
    'yEs',
    'no',
    'on',
    'ON',
    'off',
    'y',
    'Y',
    'n',
    'N',
    'true',
    'True',
    'tRue',
    'false',
  ],
  ...[
    '~',
    'null',
    'Null',
    'NULL',
    'nULL',
    '',
    '0',
    '-0',
    '+1',
    '-1',
    '0644',
    '0o644',
    '0O17',
    '08',
    '09',
    '0_7',
  ],
  ...[
    '0x1F',
    '0X1F',
    '-0x1F',
    '0x_1F',
    '0xg',
    '0x',
    '0b11',
    '0B11',
    '-0b1',
    '0b',
    '-017',
    '+017',
    '0o8',
    '00',
    '+0',
  ],
  ...[
    '1_000',
    '1__0',
    '_1',
    '1_',
    '1_0.5',
    '1.',
    '.5',
    '+.5',
    '-.5',
    '1.0',
    '1.50',
    '00.5',
    '010.5',
    '0.0',
    '-0.0',
  ],
  ...[
    '1e3',
    '1E3',
    '1e+3',
    '1.5e-3',
    '1e',
    'e3',
    '.e3',
    '.',
    '12e03',
    '1e-7',
    '1e21',
    '1e400',
    '3e5f',
    '1,000',
  ],
  ...[
    '1.2.3',
    '12:30',
    '1:30:00',
    '-1:30',
    '190:20:30',
    '20:30.5',
    '2001-01-01',
    '2001-12-14t21:59:43.10-05:00',
  ],
  ...[
    '2001-12-14 21:59:43.10 -5',
    '=',
    '<<',
    '_',
    '+',
    '-x',
    'a: b'.slice(0, 1),
    '"yes"',
    "'0644'",
    '&a b',
    '!foo bar',
  ],
  ...[
    '!!str yes',
    '!!str 0644',
    '!!int "3"',
    '!!float 3',
    '!!bool "yes"',
    '!!binary aGVsbG8=',
    '[a, yes]',
    '{a: n}',
  ],
  ...[
    '{1: a, 1.5: b, 0x10: c, true: d, 017: e, 1e3: f}',
    '{y: 1, n: 2}',
    '{on: 3, off: 4}',
    '"\\x41\\u00e9\\t"',
  ],
  ...[
    '12345678901234567890',
    '123456789012345678901234567890',
    '123456789.123456789',
    '100000000000000000000.0',
  ],
  ...['|\n    yes\n', '>-\n    a\n    b\n', '|+\n    a\n\n', "'it''s'"],
];

const header = 'apiVersion: example.com/v1\nkind: Foo\nmetadata: { name: a }\n';

describe.skipIf(!hasKubectl)('manifests are read as kubectl reads them', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rockpool-kubectl-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What kubectl makes of a file, without a server. */
  async function readByKubectl(text: string): Promise<unknown> {
    const file = join(folder, 'manifest.yaml');
    await writeFile(file, text);
    const patch = ['patch', '--local', '-f', file, '-o', 'json', '--type=json', '-p', '[]'];
    return JSON.parse((await run('kubectl', patch)).stdout);
  }

  const readByUs = (text: string): unknown => {
    const { manifests, failures } = parseManifests(text, 'manifest.yaml');
    expect(failures.filter((failure) => !failure.message.includes('more digits'))).toEqual([]);
    return manifests[0]?.manifest;
  };

  it('all scalars of the table', async () => {
    const text = `${header}spec:\n${scalars.map((scalar, index) => `  v${index}: ${scalar}\n`).join('')}`;
    expect(readByUs(text)).toEqual(await readByKubectl(text));
  });

  it('anchors, merge keys and JSON with tabs', async () => {
    const yaml = `${header}base: &base { a: 1, b: yes }\nspec:\n  <<: *base\n  b: 2\nlist: [*base, { <<: [*base, { c: 3 }], a: 0 }]\n`;
    expect(readByUs(yaml)).toEqual(await readByKubectl(yaml));
    const json =
      '{\n\t"apiVersion": "example.com/v1",\n\t"kind": "Foo",\n\t"metadata": {"name": "a"},\n\t"spec": {"on": "yes", "n": 0.5}\n}\n';
    expect(readByUs(json)).toEqual(await readByKubectl(json));
  });

  it('what we write, kubectl reads back', async () => {
    const texts = scalars.flatMap((scalar) => [scalar, `${scalar}\nsecond line`]);
    const manifest = {
      apiVersion: 'example.com/v1',
      kind: 'Foo',
      metadata: { name: 'a' },
      spec: {
        texts,
        keys: Object.fromEntries(scalars.map((scalar) => [scalar, 1])),
        numbers: [0, -1, 1.5, 1e21, true, null],
      },
    };
    expect(await readByKubectl(yamlText(manifest))).toEqual(manifest);
  });
});
