import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../../src/deploy/parse-manifests.ts';
import { formatPlace } from '../../../src/session/failure.ts';

const read = (text: string) => {
  const { manifests, failures, warnings } = parseManifests(text, 'a.yaml');
  return {
    names: manifests.map(
      ({ manifest, place }) => `${manifest.kind}/${manifest.metadata.name} ${formatPlace(place)}`,
    ),
    failures: failures.map(({ message, at }) => `${at ? formatPlace(at) : ''} ${message}`),
    warnings: warnings.map(({ message, at }) => `${formatPlace(at)} ${message}`),
  };
};

const configMap = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: ${data}\n`;

describe('parseManifests', () => {
  it('takes many documents, empty ones left out, and Lists apart', () => {
    const text = `# head
---
${configMap('{}')}---
# only a comment
---
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Secret, metadata: { name: b } }
  - apiVersion: v1
    kind: List
    items: [{ apiVersion: v1, kind: Pod, metadata: { name: c } }]
...
`;
    expect(read(text)).toEqual({
      names: ['ConfigMap/a a.yaml:3:1', 'Secret/b a.yaml:13:5', 'Pod/c a.yaml:16:13'],
      failures: [],
      warnings: [],
    });
    expect(read('')).toEqual({ names: [], failures: [], warnings: [] });
  });

  it('takes JSON, and a byte order mark', () => {
    expect(read('{"apiVersion": "v1", "kind": "Pod",\n\t"metadata": {"name": "a"}}').names).toEqual([
      'Pod/a a.yaml:1:1',
    ]);
    expect(read(`\uFEFF${configMap('{}')}`).names).toHaveLength(1);
  });

  it('tells where a field stands, or the innermost one around it', () => {
    const { manifests } = parseManifests(
      'kind: X\napiVersion: v1\nmetadata: {name: a}\nspec:\n  list:\n    - a: 1\n    - b: 2\n',
      'a.yaml',
    );
    const locate = (...path: (string | number)[]) => formatPlace(manifests[0]?.locate(path) ?? { file: '' });
    expect(locate('spec', 'list', 1, 'b')).toBe('a.yaml:7:7');
    expect(locate('spec', 'list', 1)).toBe('a.yaml:7:7');
    expect(locate('spec', 'list', 5, 'x')).toBe('a.yaml:6:5');
    expect(locate('status')).toBe('a.yaml:1:1');
  });

  it.each([
    ['kind: Pod\nmetadata: {name: a}\n', 'a.yaml:1:1 apiVersion is missing'],
    ['apiVersion: 1\nkind: Pod\nmetadata: {name: a}\n', 'a.yaml:1:13 apiVersion must be text'],
    ['apiVersion: v1\nmetadata: {name: a}\n', 'a.yaml:1:1 kind is missing'],
    ['apiVersion: v1\nkind: Pod\n', 'a.yaml:1:1 metadata is missing (Pod)'],
    ['apiVersion: v1\nkind: Pod\nmetadata: a\n', 'a.yaml:3:11 metadata must be a map'],
    ['apiVersion: v1\nkind: Pod\nmetadata: {}\n', 'a.yaml:3:11 metadata.name is missing (Pod)'],
    [
      'apiVersion: v1\nkind: Pod\nmetadata: {name: on}\n',
      'a.yaml:3:18 metadata.name must be text: quote true',
    ],
    [
      'apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n',
      'a.yaml:3:26 metadata.generateName makes a new Pod at every apply: give it a name',
    ],
    [
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
      'a.yaml:1:1 this is a kustomization and no manifest: name its folder, as `- kustomize: overlays/dev` in rockpool.yaml',
    ],
    ['- a\n', 'a.yaml:1:1 a manifest is a map with apiVersion, kind and metadata'],
    [configMap('{ a: "1", b: "2", a: "3" }'), 'a.yaml:4:25 the key "a" is there twice'],
    [configMap('{ yes: "1", on: "3" }'), 'a.yaml:4:19 the key "true" is there twice'],
    [configMap('{ ~: "1" }'), 'a.yaml:4:9 a key must not be empty'],
    [configMap('*x'), 'a.yaml:4:7 the alias *x has no anchor before it'],
  ])('%j', (text, failure) => {
    expect(read(text).failures).toContain(failure);
  });

  it('tells a mistake in the indentation once, with the lines around it', () => {
    const text = 'kind: X\nspec:\n   replicas: 1\n  selector:\n    a: 1\n  template:\n    b: 1\n';
    const { failures } = parseManifests(text, 'a.yaml');
    expect(failures).toHaveLength(1);
    expect(failures[0]?.hint).toMatch(/^Look at the lines above/);
    expect(failures[0]?.output).toContain('3 |    replicas: 1');
  });

  it('finds the problems of every document, also behind one that is no YAML', () => {
    const { failures, names } = read(`a: [1\n---\nkind: X\n---\n${configMap('{}')}`);
    expect(failures[0]).toMatch(/^a\.yaml:\d+:\d+ not valid YAML: /);
    expect(failures.at(-1)).toBe('a.yaml:3:1 apiVersion is missing');
    expect(names).toHaveLength(1);
  });
});

it('takes any text without throwing, and every problem has a place', () => {
  const bits = fc.constantFrom(
    'a: ',
    '- ',
    '\n',
    '  ',
    '---\n',
    '{',
    '}',
    '[',
    '&x ',
    '*x',
    '<<: ',
    '"',
    'kind: X\n',
    '!!int ',
    '#',
    '|',
    'é',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(bits).map((list) => list.join('')),
      ),
      (text) => {
        for (const { at } of parseManifests(text, 'a.yaml').failures) expect(at?.line).toBeGreaterThan(0);
      },
    ),
  );
});

describe('warnings', () => {
  const pod = (container: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ ${container} }] }\n`;
  const secret = (data: string) => `apiVersion: v1\nkind: Secret\nmetadata: { name: a }\n${data}\n`;
  it.each([
    [
      configMap('{ a: yes }'),
      ['a.yaml:4:12 text is expected, and the unquoted yes is read as true: quote it'],
    ],
    [
      configMap('{ a: 0644, b: 1.10 }'),
      [
        'a.yaml:4:12 text is expected, and the unquoted 0644 is read as 420: quote it',
        'a.yaml:4:21 text is expected, and the unquoted 1.10 is read as 1.1: quote it',
      ],
    ],
    [configMap('{ n: "1" }'), ['a.yaml:4:9 the unquoted key n is read as "false": quote it']],
    [configMap('{ a: "yes", "n": "1", b: text }'), []],
    [
      pod('env: [{ name: A, value: 8080 }]'),
      ['a.yaml:4:48 text is expected, and the unquoted 8080 is a number: quote it'],
    ],
    [
      pod('args: [run, 1, true], command: [x]'),
      [
        'a.yaml:4:36 text is expected, and the unquoted 1 is a number: quote it',
        'a.yaml:4:39 text is expected, and the unquoted true is a boolean: quote it',
      ],
    ],
    [pod('ports: [{ containerPort: 80 }], tty: true'), []],
    [
      pod('tty: on'),
      ['a.yaml:4:29 the unquoted on is read as true: write true, or quote it if text is meant'],
    ],
    [
      'apiVersion: x/v1\nkind: X\nmetadata: { name: a, labels: { v: 2 } }\ndata: { a: 1 }\n',
      ['a.yaml:3:35 text is expected, and the unquoted 2 is a number: quote it'],
    ],
    [
      secret('data: { a: 0644, b: yes, c: true, d: "1" }'),
      [
        'a.yaml:4:12 data.a must be text: quote it',
        'a.yaml:4:21 data.b must be text: quote it',
        'a.yaml:4:29 data.c must be text: quote it',
      ],
    ],
    [secret('stringData: { PW: 1234567 }'), ['a.yaml:4:19 stringData.PW must be text: quote it']],
  ])('%j', (text, warnings) => {
    expect(read(text).warnings).toEqual(warnings);
  });

  it('never hold a value of a Secret, nor do failures', () => {
    const value = '12345678901234567890';
    const { failures, warnings } = read(secret(`stringData: { PW: ${value}, also: { deeper: yes } }`));
    expect(failures).toEqual(['a.yaml:4:19 this number has more digits than are kept: quote it']);
    expect(warnings).toHaveLength(2);
    expect(warnings.join()).not.toMatch(/1234567|yes|true/);
  });
});
