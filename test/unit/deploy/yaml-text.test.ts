import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseManifests } from '../../../src/deploy/parse-manifests.ts';
import { renderText } from '../../../src/deploy/render-text.ts';
import { yamlText } from '../../../src/deploy/yaml-text.ts';

/** JSON that YAML can hold at all: no -0. */
const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)));
const tricky = fc.constantFrom(
  'yes',
  'n',
  '0644',
  '1e3',
  '~',
  '',
  ' x',
  '- a',
  '<<',
  '=',
  '12:30',
  '2001-01-01',
  'a: b',
  '#x',
  '{',
  'a\nb\n',
  '\n',
  'x\t',
  '"',
  "'",
);

it('is read back the same by YAML 1.1 and 1.2 readers', () => {
  const spec = fc.record({
    any: json,
    text: tricky,
    keys: fc.dictionary(fc.oneof(tricky, fc.string()), tricky),
  });
  fc.assert(
    fc.property(spec, (value) => {
      const manifest = { apiVersion: 'x/v1', kind: 'X', metadata: { name: 'a' }, spec: value };
      const text = yamlText(manifest);
      expect(parse(text)).toEqual(manifest);
      expect(parseManifests(text, 'a.yaml').manifests[0]?.manifest).toEqual(manifest);
    }),
  );
});

it('makes a stream that names the files, and is the same every time', () => {
  const manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a' },
    data: { on: 'yes', n: '1' },
  };
  const resources = [
    { file: 'k8s/a.yaml', manifest },
    { file: 'k8s/b.yaml', manifest },
  ];
  const text = renderText(resources);
  expect(text).toBe(renderText(resources));
  expect(text).toContain(
    '---\n# k8s/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  "on": "yes"\n  "n": "1"\n---\n# k8s/b.yaml\n',
  );
});
