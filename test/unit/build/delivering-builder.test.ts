import { expect, test } from 'vitest';
import { createDeliveringBuilder } from '../../../src/build/delivering-builder.ts';
import type { ImageDelivery } from '../../../src/cluster/image-delivery.ts';
import type { EventBody } from '../../../src/session/events.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import type { ImageBuilder } from '../../../src/session/ports.ts';

const never = new AbortController().signal;
const request = { image: 'shop/web', generation: 3, refs: {} };
const ref = 'shop/web:rp-1';

/** A builder that takes two steps, or has the image already. */
const builderOf = (skipped: boolean): ImageBuilder => ({
  async build({ image, generation }, emit) {
    if (!skipped) {
      emit({ type: 'build.started', image, generation, ref });
      emit({ type: 'build.progressed', image, generation, step: 'RUN x', index: 2, total: 2 });
    }
    return { ref, skipped };
  },
});

function deliveryTo(nodes: Set<string>, more: Partial<ImageDelivery> = {}): ImageDelivery {
  return {
    way: 'minikube image load',
    has: async (image) => nodes.has(image),
    deliver: async (image) => void nodes.add(image),
    ...more,
  };
}

function clockThatTakes(ms: number) {
  let now = 0;
  return { now: () => (now += ms), sleep: () => Promise.resolve() };
}

async function build(builder: ImageBuilder, delivery: ImageDelivery | undefined, signal = never) {
  const events: EventBody[] = [];
  const delivering = createDeliveringBuilder({ builder, delivery, clock: clockThatTakes(2300) });
  const result = await delivering.build(request, (event) => events.push(event), signal);
  return { result, events };
}

test('a build has ended when the image is on the nodes, and says how and how long that took', async () => {
  const nodes = new Set<string>();
  const { result, events } = await build(builderOf(false), deliveryTo(nodes));
  expect(result).toEqual({ ref, skipped: false });
  expect([...nodes]).toEqual([ref]);
  expect(events.slice(-2)).toEqual([
    {
      type: 'build.progressed',
      image: 'shop/web',
      generation: 3,
      step: 'minikube image load',
      index: 3,
      total: 3,
    },
    {
      type: 'image.delivered',
      image: 'shop/web',
      generation: 3,
      ref,
      way: 'minikube image load',
      skipped: false,
      durationMs: 2300,
    },
  ]);
});

test('what the daemon has but the nodes have not is brought to them, and a screen is told', async () => {
  const nodes = new Set<string>();
  const { result, events } = await build(builderOf(true), deliveryTo(nodes));
  expect(result.skipped).toBe(true);
  expect(nodes.has(ref)).toBe(true);
  expect(events.map(({ type }) => type)).toEqual(['build.started', 'build.progressed', 'image.delivered']);
});

test('the nodes are not asked for what was built just now', async () => {
  const has = () => Promise.reject(new Error('not asked'));
  const nodes = new Set<string>();
  await build(builderOf(false), deliveryTo(nodes, { has }));
  expect(nodes.has(ref)).toBe(true);
});

test('what the nodes have is not brought again', async () => {
  const refuse = () => Promise.reject(new Error('not again'));
  const { events } = await build(builderOf(true), deliveryTo(new Set([ref]), { deliver: refuse }));
  expect(events).toMatchObject([{ type: 'image.delivered', skipped: true }]);
});

test('where nobody knows what the nodes have, it is brought', async () => {
  const nodes = new Set<string>();
  await build(builderOf(true), deliveryTo(nodes, { has: async () => undefined }));
  expect(nodes.has(ref)).toBe(true);
});

test('a delivery that fails is a failure of the image', async () => {
  const failure = { code: 'DELIVERY_FAILED', subject: 'image/x', message: 'no' };
  const deliver = () => Promise.reject(new RockpoolError(failure));
  await expect(build(builderOf(false), deliveryTo(new Set(), { deliver }))).rejects.toMatchObject({
    failures: [{ ...failure, subject: 'image/shop/web' }],
  });
});

test('an abort reaches the delivery', async () => {
  const controller = new AbortController();
  const deliver = (_: string, signal: AbortSignal) =>
    new Promise<void>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      controller.abort(new Error('superseded'));
    });
  const building = build(builderOf(false), deliveryTo(new Set(), { deliver }), controller.signal);
  await expect(building).rejects.toThrow('superseded');
});

test('nothing is wrapped where the nodes run from the daemon', () => {
  const builder = builderOf(false);
  expect(createDeliveringBuilder({ builder, delivery: undefined, clock: clockThatTakes(1) })).toBe(builder);
});
