import { describe, expect, test } from 'vitest';
import type { ImagePusher } from '../../../src/build/dockerode-pusher.ts';
import { chooseRegistry } from '../../../src/cli/choose-registry.ts';
import { pushedRef, pushImages } from '../../../src/cluster/push-images.ts';
import { RockpoolError } from '../../../src/session/failure.ts';

const signal = new AbortController().signal;

describe('the ref that an image is pushed by', () => {
  test.each([
    ['shop/web', 'shop/web:rp-1', 'localhost:5000/team', 'localhost:5000/team/shop/web:rp-1'],
    ['web', 'web:rp-1', 'ghcr.io/me', 'ghcr.io/me/web:rp-1'],
    // the nodes get it from another registry
    ['shop/web', 'registry:5000/shop/web:rp-1', 'ghcr.io/me', 'ghcr.io/me/shop/web:rp-1'],
    ['ghcr.io/me/web', 'ghcr.io/me/web:rp-1', 'ghcr.io/me', 'ghcr.io/me/web:rp-1'],
  ])('%s, built as %s, in %s', (image, ref, registry, expected) => {
    expect(pushedRef(image, ref, registry)).toBe(expected);
  });
});

describe('a push', () => {
  const pusher = (over: Partial<ImagePusher> = {}): ImagePusher & { pushed: string[] } => {
    const pushed: string[] = [];
    return { pushed, has: async () => false, push: async (_, to) => void pushed.push(to), ...over };
  };
  const refs = { a: 'a:rp-1', b: 'b:rp-2' };

  test('leaves out what the registry has, and tells both refs', async () => {
    const ports = pusher({ has: async (ref) => ref === 'r:1/a:rp-1' });
    const lines: string[] = [];
    const told = await pushImages({ refs, registry: 'r:1' }, ports, (line) => lines.push(line), signal);
    expect(told).toEqual(['r:1/a:rp-1', 'r:1/b:rp-2']);
    expect(ports.pushed).toEqual(['r:1/b:rp-2']);
    expect(lines.sort()).toEqual(['a  is in the registry already', 'b  pushed']);
  });

  test('that fails is told after the others ended', async () => {
    const failure = { code: 'DELIVERY_FAILED', subject: 'image/a', message: 'no' };
    const pushed: string[] = [];
    const ports = pusher({
      push: async (_, to) => {
        if (to.includes('/a:')) throw new RockpoolError(failure);
        await new Promise((resolve) => setImmediate(resolve));
        pushed.push(to);
      },
    });
    await expect(pushImages({ refs, registry: 'r:1' }, ports, () => {}, signal)).rejects.toMatchObject({
      failures: [failure],
    });
    expect(pushed).toEqual(['r:1/b:rp-2']);
  });

  test('that is aborted rejects by the abort', async () => {
    const abort = new AbortController();
    const ports = pusher({
      push: async (_ref, _to, until) => {
        abort.abort(new Error('enough'));
        until.throwIfAborted();
      },
    });
    await expect(pushImages({ refs, registry: 'r:1' }, ports, () => {}, abort.signal)).rejects.toThrow(
      'enough',
    );
  });
});

describe('the registry of build --push', () => {
  test.each([
    ['localhost:5000', undefined, 'localhost:5000'],
    ['ghcr.io/me', 'localhost:5000', 'ghcr.io/me'],
    [true, 'localhost:5000', 'localhost:5000'],
    ['', 'localhost:5000', 'localhost:5000'],
  ] as const)('%j, with %s in rockpool.yaml', (given, registry, expected) => {
    expect(chooseRegistry(given, registry === undefined ? {} : { registry })).toBe(expected);
  });

  test.each([
    [true, 'There is no registry to push to.'],
    ['', 'There is no registry to push to.'],
    ['web', '--push="web" names no registry.'],
    ['https://ghcr.io/me', '--push="https://ghcr.io/me" names no registry.'],
  ] as const)('%j alone is refused', (given, message) => {
    expect(() => chooseRegistry(given, {})).toThrow(expect.objectContaining({ message, exitCode: 2 }));
  });
});
