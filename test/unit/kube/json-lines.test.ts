import { array, assert, asyncProperty, jsonValue, nat } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonLines } from '../../../src/kube/json-lines.ts';

describe('jsonLines', () => {
  it('gives the same values wherever the bytes are cut', async () => {
    await assert(
      asyncProperty(array(jsonValue()), array(nat({ max: 40 })), async (values, cuts) => {
        const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
        const read = await all(jsonLines(cut(bytes, cuts)));
        expect(JSON.stringify(read)).toBe(JSON.stringify(values));
      }),
    );
  });

  it('takes blank lines for nothing', async () => {
    expect(await all(jsonLines(cut(Buffer.from('\n1\r\n\n2\n'), [])))).toEqual([1, 2]);
  });

  it.each([
    ['ends within a line', '1\n{"a":', 'ended within a line'],
    ['is not JSON', '<html>\n', 'JSON'],
  ])('rejects what %s', async (_, text, message) => {
    await expect(all(jsonLines(cut(Buffer.from(text), [])))).rejects.toThrow(message);
  });

  it('keeps no more than 16 MiB of a line that does not end', async () => {
    let given = 0;
    async function* endless() {
      for (;;) {
        given += 1024 * 1024;
        yield Buffer.alloc(1024 * 1024, 'x');
      }
    }
    await expect(all(jsonLines(endless()))).rejects.toThrow('a line of more than');
    expect(given).toBeLessThan(20 * 1024 * 1024);
  });
});

async function* cut(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const size of cuts) {
    yield bytes.subarray(start, start + size);
    start += size;
  }
  yield bytes.subarray(start);
}

async function all(values: AsyncIterable<unknown>): Promise<unknown[]> {
  const read: unknown[] = [];
  for await (const value of values) read.push(value);
  return read;
}
