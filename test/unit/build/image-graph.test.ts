import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDockerfile } from '../../../src/build/dockerfile.ts';
import { imageNeeds, orderImages } from '../../../src/build/image-graph.ts';
import { namesImage, parseImageName } from '../../../src/build/image-name.ts';

const names = ['shop/web', 'shop/base', 'registry.test:5000/tools', 'node'];

describe('an image needs the images of the project that its Dockerfile names', () => {
  test.each<[string, string[]]>([
    ['FROM shop/base', ['shop/base']],
    ['FROM shop/base:dev', ['shop/base']],
    ['FROM docker.io/shop/base', ['shop/base']],
    ['FROM docker.io/library/node:24', ['node']],
    ['FROM registry.test:5000/tools\nCOPY --from=shop/base . .', ['shop/base', 'registry.test:5000/tools']],
    ['FROM shop/base@sha256:0123', []],
    ['FROM other/shop/base', []],
    ['FROM shop/web:published', []],
    ['FROM shop/base AS unused\nFROM scratch', []],
  ])('%s', (source, needs) => {
    expect(imageNeeds({ name: 'shop/web' }, parseDockerfile(source, {}, 'linux/amd64'), names)).toEqual(
      needs,
    );
  });

  test('unless a further build context has the name', () => {
    const image = { name: 'shop/web', contexts: { 'shop/base': '../base' } };
    expect(imageNeeds(image, parseDockerfile('FROM shop/base', {}, 'linux/amd64'), names)).toEqual([]);
  });
});

test.each([
  ['node', { repository: 'node' }],
  ['localhost:5000/a/b', { repository: 'localhost:5000/a/b' }],
  ['localhost:5000/a/b:1@sha256:0', { repository: 'localhost:5000/a/b', tag: '1', digest: 'sha256:0' }],
  ['index.docker.io/library/x:1', { repository: 'x', tag: '1' }],
])('%s is taken apart', (ref, parts) => {
  expect(parseImageName(ref)).toEqual(parts);
  expect(namesImage(ref, parts.repository)).toBe(!ref.includes('@'));
});

describe('the order of images', () => {
  test('each comes after those it needs, for any graph without a ring', () => {
    const graph = fc.array(fc.array(fc.nat(20)), { minLength: 1, maxLength: 20 }).map((needs) =>
      // Needs among the earlier ones only: no ring. Written in reverse, so that the order is work.
      needs
        .map(
          (list, index) =>
            [`i${index}`, list.filter((need) => need < index).map((need) => `i${need}`)] as const,
        )
        .reverse(),
    );
    fc.assert(
      fc.property(graph, (entries) => {
        const order = orderImages(Object.fromEntries(entries));
        expect([...order].sort()).toEqual(entries.map(([name]) => name).sort());
        for (const [name, needs] of entries) {
          for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(name));
        }
      }),
    );
  });

  test('a ring is refused by name', () => {
    const needs = { a: ['b'], b: ['c'], c: ['b'] };
    expect(() => orderImages(needs)).toThrow('The images are built from each other in a ring: b → c → b.');
  });
});
