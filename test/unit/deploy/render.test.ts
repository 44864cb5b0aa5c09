import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type RenderRequest, renderManifests } from '../../../src/deploy/render.ts';
import { formatPlace, RockpoolError } from '../../../src/session/failure.ts';
import { makeProject } from '../config/make-project.ts';

const git = { short: async () => 'abc', branch: async () => '', dirty: async () => false };
const signal = new AbortController().signal;

const images = (...names: string[]) =>
  names.map((name) => ({
    ...{ name, context: '.', dockerfile: 'Dockerfile', args: {}, update: 'auto' as const, sync: [] },
    ...{ secrets: {}, ssh: [], contexts: {}, ignore: [] },
  }));
const request = (
  root: string,
  changes: Partial<RenderRequest['config']> = {},
  refs: Record<string, string> = {},
) => ({
  config: {
    root,
    name: 'shop',
    images: images('shop/web'),
    manifests: ['k8s'],
    generated: [],
    values: { replicas: 2 },
    env: {},
    ...changes,
  },
  ...{ namespace: 'dev', refs, git },
});

const deployment = (name: string, image: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  template:
    spec:
      containers: [{ name: c, image: ${image} }]
`;
const configMap = (name: string, data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: ${data}\n`;

/** Every failure, with its place. */
async function failuresOf(wanted: RenderRequest): Promise<readonly string[]> {
  const error = await renderManifests(wanted, signal).catch((thrown: unknown) => thrown);
  if (!(error instanceof RockpoolError)) throw error;
  return error.failures.map(({ code, message, at }) => `${code} ${at ? formatPlace(at) : '-'} ${message}`);
}

describe('renderManifests', () => {
  it('renders, sets images, labels and orders', async () => {
    const root = await makeProject({
      'k8s/a-web.yaml.liquid': `${deployment('web', 'shop/web:{{ git.short }}')}  replicas: {{ values.replicas }}\n`,
      'k8s/b.yaml': configMap('settings', '{ a: "1" }'),
      'k8s/_part.yaml.liquid': 'no manifest',
      'k8s/readme.md': 'no manifest',
      'k8s/deeper/c.yaml': 'no manifest: either',
    });
    const { resources, held, warnings } = await renderManifests(
      request(root, {}, { 'shop/web': 'shop/web:rp-1' }),
      signal,
    );
    expect(resources.map(({ key, file, images: used }) => [key, file, used])).toEqual([
      ['ConfigMap/dev/settings', 'k8s/b.yaml', []],
      ['Deployment/dev/web', 'k8s/a-web.yaml.liquid', ['shop/web']],
    ]);
    expect(resources[1]?.manifest).toMatchObject({
      metadata: { name: 'web', namespace: 'dev', labels: { 'rockpool.dev/app': 'shop' } },
      spec: {
        replicas: 2,
        template: { spec: { containers: [{ image: 'shop/web:rp-1', imagePullPolicy: 'IfNotPresent' }] } },
      },
    });
    expect({ held, warnings }).toEqual({ held: [], warnings: [] });
    expect(await resources[1]?.locate(['spec', 'replicas'])).toEqual({
      file: 'k8s/a-web.yaml.liquid',
      line: 9,
      column: 3,
    });
  });

  it('gives an equal hash to an equal manifest, however it is written', async () => {
    const root = await makeProject({ 'k8s/a.yaml': configMap('a', '{ x: "1", y: "2" }') });
    const hash = async () => (await renderManifests(request(root), signal)).resources[0]?.hash;
    const first = await hash();
    await writeFile(
      join(root, 'k8s/a.yaml'),
      '# more\nkind: ConfigMap\ndata:\n  y: "2"\n  x: \'1\'\nmetadata: {name: a}\napiVersion: v1\n',
    );
    expect(await hash()).toBe(first);
    await writeFile(join(root, 'k8s/a.yaml'), configMap('a', '{ x: "1", y: "3" }'));
    expect(await hash()).not.toBe(first);
  });

  it('holds back what names an image that is not built, in whatever field', async () => {
    const root = await makeProject({
      'k8s/a.yaml': `${deployment('plain', 'shop/web:9')}---\n${deployment('free', 'nginx')}`,
      'k8s/b.yaml.liquid': `${configMap('named', '{ a: "{{ images[\'shop/web\'].ref }}" }')}---\n${configMap('free', '{}')}`,
      'k8s/c.yaml.liquid': configMap('encoded', '{ a: "{{ images[\'shop/web\'].ref | b64enc }}" }'),
    });
    const image = 'shop/web';
    const heldKeys = ['ConfigMap/dev/named', 'ConfigMap/dev/encoded', 'Deployment/dev/plain'];
    const before = await renderManifests(request(root), signal);
    expect(before.held).toEqual(heldKeys.map((key) => ({ key, image })));
    expect(before.resources).toHaveLength(5);
    const after = await renderManifests(request(root, {}, { [image]: 'shop/web:rp-1' }), signal);
    expect(after.held).toEqual([]);
    expect(after.resources.find(({ key }) => key === 'ConfigMap/dev/named')).toMatchObject({
      images: [image],
      manifest: { data: { a: 'shop/web:rp-1' } },
    });
  });

  it('warns of what kubectl reads otherwise, and of images that nothing uses', async () => {
    const root = await makeProject({
      'k8s/a.yaml': configMap('a', '{ x: yes }'),
      'k8s/b.yaml.liquid':
        '{% if values.replicas == 2 %}\n{% endif %}\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: b }\ndata: { x: {{ values.replicas }} }\n',
    });
    const { warnings } = await renderManifests(request(root, { images: images('shop/api') }), signal);
    expect(warnings).toEqual([
      'k8s/a.yaml:4:12 text is expected, and the unquoted yes is read as true: quote it',
      'k8s/b.yaml.liquid:6 text is expected, and the unquoted 2 is a number: quote it',
      'no manifest uses the image shop/api: it is built for nothing',
    ]);
  });

  it('does not warn of an image that another one is built from', async () => {
    const root = await makeProject({
      'k8s/a.yaml': deployment('web', 'shop/web'),
      Dockerfile: 'FROM shop/base\n',
      'base.Dockerfile': 'FROM alpine\n',
    });
    const [web, base, free] = images('shop/web', 'shop/base', 'shop/free');
    if (!web || !base || !free) throw new Error('three images');
    const other = { dockerfile: 'base.Dockerfile' };
    const all = [web, { ...base, ...other }, { ...free, ...other }];
    const { warnings } = await renderManifests(request(root, { images: all }), signal);
    expect(warnings).toEqual(['no manifest uses the image shop/free: it is built for nothing']);
  });

  it('warns of images that look like the project’s and are not in rockpool.yaml, with the line', async () => {
    const root = await makeProject({
      'k8s/a.yaml': deployment('a', 'shop/api'),
      'k8s/b.yaml': deployment('b', 'shp/web'),
      'k8s/c.yaml': deployment('c', 'store/old:dev'),
      'k8s/d.yaml': deployment('d', 'shop/web:dev'),
      'k8s/e.yaml': deployment('e', 'redis'),
      'k8s/f.yaml': deployment('f', 'shop/tool:1.2'),
      'k8s/g.yaml': deployment('g', 'grafana/grafana'),
    });
    const refs = { 'shop/web': 'shop/web:rp-1', 'store/old': 'store/old:rp-1' };
    const { warnings, resources } = await renderManifests(request(root, {}, refs), signal);
    const asked = 'so that a registry is asked for it';
    const list = 'list it under images if rockpool is to build it';
    expect(warnings).toEqual([
      `k8s/a.yaml:8:31 rockpool.yaml has no image shop/api, ${asked}: ${list}`,
      `k8s/b.yaml:8:31 rockpool.yaml has no image shp/web, ${asked}: did you mean shop/web?`,
      `k8s/c.yaml:8:31 rockpool.yaml has no image store/old, ${asked}: ${list}`,
    ]);
    expect(resources.flatMap(({ images }) => images)).toEqual(['shop/web']);
  });

  it('tells every failure of every file at once, in the places of the sources', async () => {
    const root = await makeProject({
      'k8s/a.yaml.liquid': 'x: {{ values.replcas }}\n',
      'k8s/b.yaml.liquid': '{% for i in (1..2) %}\n---\nkind: X\n{% endfor %}\n',
      'k8s/c.yaml.liquid':
        '{% capture all %}kind: X\nmetadata: {}\n{% endcapture %}{{ all | upcase | downcase | size }}\n',
      'k8s/d.yaml': `${configMap('same', '{}')}---\n${configMap('same', '{}')}`,
      'k8s/e.json': '{"kind": "X"}',
    });
    expect(await failuresOf(request(root, { manifests: ['k8s', 'gone/*.yaml'] }))).toEqual([
      'MANIFESTS_MISSING - no manifest matches "gone/*.yaml"',
      'TEMPLATE_INVALID k8s/a.yaml.liquid:1:7 unknown variable "values.replcas"',
      'MANIFEST_INVALID k8s/b.yaml.liquid:3:1 apiVersion is missing',
      'MANIFEST_INVALID k8s/b.yaml.liquid:3:1 apiVersion is missing',
      'MANIFEST_INVALID k8s/c.yaml.liquid a manifest is a map with apiVersion, kind and metadata (line 1 of the rendered text)',
      'MANIFEST_INVALID k8s/e.json:1:1 apiVersion is missing',
      'MANIFEST_INVALID k8s/d.yaml:8:13 ConfigMap same is there twice: first at k8s/d.yaml:3:13',
    ]);
  });

  it('reads a file once though several entries name it, and files that are added later', async () => {
    const root = await makeProject({ 'k8s/a.yaml': configMap('a', '{}') });
    const entries = request(root, { manifests: ['k8s', 'k8s/*.yaml', './k8s/a.yaml'], images: [] });
    expect((await renderManifests(entries, signal)).resources).toHaveLength(1);
    await writeFile(join(root, 'k8s/b.yaml'), configMap('b', '{}'));
    expect((await renderManifests(entries, signal)).resources).toHaveLength(2);
    await rm(join(root, 'k8s/a.yaml'));
    expect(await failuresOf(entries)).toEqual(['MANIFESTS_MISSING - no manifest matches "./k8s/a.yaml"']);
  });

  it('stops when asked to', async () => {
    await expect(
      renderManifests(request('/nowhere'), AbortSignal.abort(new Error('enough'))),
    ).rejects.toThrow('enough');
  });
});
