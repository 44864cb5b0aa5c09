import { describe, expect, test } from 'vitest';
import { replay } from '../../../src/session/event-log.ts';
import type { EventBody } from '../../../src/session/events.ts';
import { plan } from '../../../src/session/plan.ts';
import { config, stamp } from '../../support/events.ts';

const key = 'Deployment/shop/web';
const held: EventBody = {
  type: 'deploy.held',
  generation: 1,
  key,
  reason: 'waiting until the old one is deleted',
};
const rendered: EventBody = {
  type: 'manifests.rendered',
  generation: 1,
  resources: [{ key, file: 'k8s/web.yaml', images: [] }],
  held: [],
  warnings: [],
};
const holds = (...bodies: EventBody[]) =>
  plan(replay(stamp([{ type: 'config.loaded', generation: 1, config }, rendered, ...bodies]))).holds.filter(
    ({ what }) => what === key,
  );

describe('an apply that waits', () => {
  test('is a hold with its reason', () => {
    expect(holds(held)).toEqual([
      { type: 'cluster', what: key, reason: 'waiting until the old one is deleted' },
    ]);
  });

  test.each<[string, EventBody]>([
    [
      'was applied',
      { type: 'resource.applied', generation: 1, key, hash: 'h', outcome: 'created', warnings: [] },
    ],
    ['the deploy ended', { type: 'deploy.succeeded', generation: 1, durationMs: 1 }],
    ['the deploy failed', { type: 'deploy.failed', generation: 1, failures: [] }],
    ['another deploy began', { ...rendered, generation: 2 }],
  ])('until it %s', (_, end) => {
    expect(holds(held, end)).toEqual([]);
  });
});
