import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  choosePrunable,
  KEPT_BYTES,
  KEPT_GENERATIONS,
  type PruneRules,
} from '../../../src/build/choose-prunable.ts';
import type { DaemonImage } from '../../../src/build/docker-daemon.ts';

const tag = (number: number) => `rp-${number.toString(16).padStart(20, '0')}`;
const ref = (number: number, name = 'shop/web') => `${name}:${tag(number)}`;
const id = (number: number) => `sha256:${number.toString(16).padStart(64, '0')}`;

/** Generation `number` of an image, made in that second. */
function image(number: number, over: Partial<DaemonImage> & { name?: string; app?: string } = {}) {
  const { name = 'shop/web', app = 'shop', ...rest } = over;
  return {
    id: id(number),
    names: [ref(number, name)],
    labels: { 'rockpool.dev/app': app, 'rockpool.dev/image': name },
    createdAt: number * 1000,
    bytes: 1000,
    inUse: false,
    ...rest,
  };
}

const upTo = (count: number, over?: Parameters<typeof image>[1]) =>
  Array.from({ length: count }, (_, index) => image(index + 1, over));

const choose = (images: readonly DaemonImage[], rules: Partial<PruneRules> = {}) =>
  choosePrunable(images, { app: 'shop', used: [], recent: [], ...rules }).flatMap(({ refs }) => refs);

describe('what may go', () => {
  test('is what lies before the last ten generations of its image, the oldest first', () => {
    expect(choose(upTo(10))).toEqual([]);
    expect(choose(upTo(13).reverse())).toEqual([ref(1), ref(2), ref(3)]);
    expect(choose([...upTo(10), ...upTo(10, { name: 'shop/api' })])).toEqual([]);
  });

  test('is older than the newest that have room under 5 GiB', () => {
    expect(choose(upTo(4, { bytes: KEPT_BYTES / 3 }))).toEqual([ref(1)]);
    expect(choose(upTo(4, { bytes: KEPT_BYTES / 2 + 1 }))).toEqual([ref(1), ref(2), ref(3)]);
  });

  test.each([
    ['a pod or workload', 'shop/web'],
    ['the full name', 'docker.io/shop/web'],
  ])('is not what %s names', (_, name) => {
    expect(choose(upTo(13), { used: [ref(2, name)] })).toEqual([ref(1), ref(3)]);
  });

  test.each([
    ['its ID', id(2)],
    ['its ID as container statuses say it', `docker://${id(2)}`],
    ['its digest', `shop/web@${id(99)}`],
    ['its digest as container statuses say it', `docker-pullable://shop/web@${id(99)}`],
    ["the kubelet's own name for it", id(77)],
    ['another of its names', 'mine/web'],
  ])('is not what is named by %s', (_, used) => {
    const named = image(2, { names: [ref(2), `shop/web@${id(99)}`, id(77), 'mine/web:latest'] });
    expect(choose([image(1), named, ...upTo(13).slice(2)], { used: [used] })).toEqual([ref(1), ref(3)]);
  });

  test('is not what a container was made from', () => {
    const images = upTo(12).map((each, index) => (index === 0 ? { ...each, inUse: true } : each));
    expect(choose(images)).toEqual([ref(2)]);
  });

  test('is what the session did not use lately, whenever it was built', () => {
    expect(choose(upTo(12), { recent: [ref(1), ref(2)] })).toEqual([ref(3), ref(4)]);
  });

  test.each([
    ['of another project', image(1, { app: 'other' })],
    ['without a label', { ...image(1), labels: {} }],
    ['without the label of an image', { ...image(1), labels: { 'rockpool.dev/app': 'shop' } }],
    ['with a tag of somebody', image(1, { names: ['shop/web:v1', 'shop/web:rp-mine', 'shop/web:latest'] })],
    ['with a tag in another repository', image(1, { names: [`shop/web2:${tag(1)}`] })],
    ['without a name', image(1, { names: [] })],
  ])('is no image %s', (_, foreign) => {
    expect(choose([foreign, ...upTo(12).slice(1)])).toEqual([ref(2)].slice(0, 1));
  });

  test('is also an image that was built under the name of a registry, with the labels that it has', () => {
    const images = upTo(12).map((each, index) => ({
      ...each,
      names: [`localhost:5000/me/${ref(index + 1)}`],
    }));
    expect(choose(images)).toEqual([`localhost:5000/me/${ref(1)}`, `localhost:5000/me/${ref(2)}`]);
  });

  test('of an image that somebody gave a name too, only our tag goes, and frees nothing', () => {
    const shared = image(1, { names: [ref(1), 'shop/web:v1'] });
    const chosen = choosePrunable([shared, ...upTo(11).slice(1)], { app: 'shop', used: [], recent: [] });
    expect(chosen).toEqual([{ refs: [ref(1)], bytes: 0 }]);
  });

  test('counts the names that the store gives by itself as nobody’s', () => {
    const stored = image(1, { names: [ref(1), id(55), `shop/web@${id(1)}`] });
    const chosen = choosePrunable([stored, ...upTo(11).slice(1)], { app: 'shop', used: [], recent: [] });
    expect(chosen).toEqual([{ refs: [ref(1)], bytes: 1000 }]);
  });
});

describe('whatever there is', () => {
  const names = ['shop/web', 'shop/api'];
  const anyImage = fc
    .record({
      number: fc.integer({ min: 1, max: 60 }),
      name: fc.constantFrom(...names),
      app: fc.constantFrom('shop', 'shop', 'shop', 'other'),
      bytes: fc.integer({ min: 0, max: KEPT_BYTES / 4 }),
      createdAt: fc.integer({ min: 1, max: 20 }),
      inUse: fc.boolean(),
      foreign: fc.boolean(),
    })
    .map(({ number, foreign, ...over }) =>
      image(number, { ...over, names: [ref(number, over.name), ...(foreign ? ['x/y:1'] : [])] }),
    );
  const anyImages = fc.uniqueArray(anyImage, { selector: ({ id }) => id, maxLength: 60 });
  const anyRef = fc
    .record({ number: fc.integer({ min: 1, max: 60 }), name: fc.constantFrom(...names) })
    .map(({ number, name }) => ref(number, name));
  const anyRules = fc.record({
    app: fc.constant('shop'),
    used: fc.array(anyRef, { maxLength: 8 }),
    recent: fc.array(anyRef, { maxLength: 8 }),
  });

  test('nothing that is used, foreign or among the newest ten that fit is chosen', () => {
    fc.assert(
      fc.property(anyImages, anyRules, (images, rules) => {
        const chosen = new Set(choosePrunable(images, rules).flatMap(({ refs }) => refs));
        for (const { names, labels, inUse } of images) {
          const isKept =
            inUse || labels['rockpool.dev/app'] !== 'shop' || names.some((name) => rules.used.includes(name));
          if (isKept) expect(names.filter((name) => chosen.has(name))).toEqual([]);
        }
        expect(chosen.has('x/y:1')).toBe(false);
      }),
    );
  });

  test('what is left is ten generations at most that nobody uses, or less', () => {
    fc.assert(
      fc.property(anyImages, anyRules, (images, rules) => {
        const chosen = new Set(choosePrunable(images, rules).flatMap(({ refs }) => refs));
        for (const name of names) {
          const left = images.filter(
            ({ names, labels, inUse }) =>
              labels['rockpool.dev/app'] === 'shop' &&
              labels['rockpool.dev/image'] === name &&
              !inUse &&
              !names.some((each) => rules.used.includes(each) || chosen.has(each)),
          );
          expect(left.length).toBeLessThanOrEqual(KEPT_GENERATIONS);
        }
      }),
    );
  });

  test('a second time chooses nothing', () => {
    fc.assert(
      fc.property(anyImages, anyRules, (images, rules) => {
        const chosen = new Set(choosePrunable(images, rules).flatMap(({ refs }) => refs));
        const left = images.map((each) => ({
          ...each,
          names: each.names.filter((name) => !chosen.has(name)),
        }));
        expect(choosePrunable(left, rules)).toEqual([]);
      }),
    );
  });
});
