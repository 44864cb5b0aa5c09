import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentTag, type TagInputs } from '../../../src/build/content-tag.ts';

const tag = (inputs: TagInputs) =>
  contentTag(inputs, (text) => createHash('sha256').update(text).digest('hex'));

const text = fc.string({ maxLength: 8 });
const record = fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true });
const inputs: fc.Arbitrary<TagInputs> = fc.record({
  entries: fc.uniqueArray(
    fc.record({
      path: text,
      kind: fc.constantFrom('file', 'directory', 'link'),
      mode: fc.constantFrom(0o644, 0o755, 0o600),
      content: text,
    }),
    { selector: ({ path }) => path, maxLength: 6 },
  ),
  dockerfile: text,
  target: fc.option(text, { nil: undefined }),
  args: record,
  platform: fc.option(text, { nil: undefined }),
  images: record,
});

test('the tag is one that Docker takes', () => {
  fc.assert(
    fc.property(inputs, (some) => {
      expect(tag(some)).toMatch(/^rp-[0-9a-f]{20}$/);
    }),
  );
});

test('the order of files and arguments does not count', () => {
  const reversed = (map: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(map).reverse());
  fc.assert(
    fc.property(inputs, (some) => {
      const { entries, args, images } = some;
      const other = {
        ...some,
        entries: [...entries].reverse(),
        args: reversed(args),
        images: reversed(images),
      };
      expect(tag(other)).toBe(tag(some));
    }),
  );
});

test('other inputs, another tag: content, mode, path, kind, arguments, Dockerfile, target, platform, bases', () => {
  const canonical = (some: TagInputs) =>
    JSON.stringify({
      ...some,
      target: some.target ?? null,
      platform: some.platform ?? null,
      entries: some.entries.map((entry) => JSON.stringify(Object.entries(entry).sort())).sort(),
      args: Object.entries(some.args).sort(),
      images: Object.entries(some.images).sort(),
    });
  fc.assert(
    fc.property(inputs, inputs, (one, other) => {
      for (const key of Object.keys(one) as (keyof TagInputs)[]) {
        const mixed = { ...one, [key]: other[key] };
        expect(tag(mixed) === tag(one)).toBe(canonical(mixed) === canonical(one));
      }
    }),
  );
});
