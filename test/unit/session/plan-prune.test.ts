import { describe, expect, test } from 'vitest';
import { replay } from '../../../src/session/event-log.ts';
import type { EventBody } from '../../../src/session/events.ts';
import { plan } from '../../../src/session/plan.ts';
import { config, filesChanged, stamp } from '../../support/events.ts';

const built = (image: string, generation: number, skipped = false): EventBody => ({
  type: 'build.succeeded',
  image,
  generation,
  ref: `${image}:rp-${generation}`,
  skipped,
  durationMs: 1,
});
/** base, web and api are built one by one: three deploys are asked for after the first. */
const deployed: EventBody[] = [
  { type: 'config.loaded', generation: 1, config },
  { type: 'watch.started' },
  ...['base', 'web', 'api'].map((image) => built(image, 1)),
  { type: 'deploy.succeeded', generation: 4, durationMs: 1 },
];
const pruned: EventBody = { type: 'images.pruned', generation: 4, refs: [], bytes: 0 };

const pruneOf = (...bodies: EventBody[]) =>
  [...plan(replay(stamp(bodies))).effects.values()].find(({ type }) => type === 'prune');

/** Saves of api, each built and deployed. */
const saves = (count: number, skipped = false) =>
  Array.from({ length: count }, (_, index): EventBody[] => [
    filesChanged({ images: { api: ['api.js'] } }),
    built('api', index + 2, skipped),
    { type: 'deploy.succeeded', generation: index + 5, durationMs: 1 },
  ]).flat();

describe('old images are deleted', () => {
  test('after the first deploy that went well, and not again because of it', () => {
    expect(pruneOf(...deployed.slice(0, -1))).toBeUndefined();
    expect(pruneOf(...deployed)).toMatchObject({ key: 'prune@4', lane: 'prune' });
    expect(pruneOf(...deployed, pruned)).toBeUndefined();
  });

  test('after every tenth build', () => {
    expect(pruneOf(...deployed, pruned, ...saves(9))).toBeUndefined();
    expect(pruneOf(...deployed, pruned, ...saves(10))).toMatchObject({ key: 'prune@14' });
    expect(pruneOf(...deployed, pruned, ...saves(12, true))).toBeUndefined();
  });

  test.each<[string, EventBody[]]>([
    ['while an image is to be built', [filesChanged({ images: { api: ['api.js'] } })]],
    ['while a deploy is to come', [filesChanged({ manifests: ['k8s/web.yaml'] })]],
    [
      'after a deploy that failed',
      [filesChanged({ manifests: ['k8s/web.yaml'] }), { type: 'deploy.failed', generation: 5, failures: [] }],
    ],
    ['while the session is paused', [{ type: 'session.paused' }]],
    ['when another session took over', [{ type: 'lease.lost', holder: 'ann' }]],
    [
      'while the apiserver does not answer',
      [{ type: 'cluster.lost', failure: { code: 'CLUSTER_LOST', subject: 'cluster', message: 'no answer' } }],
    ],
  ])('never %s', (_, bodies) => {
    expect(pruneOf(...deployed, ...bodies)).toBeUndefined();
  });

  test('keeping what is deployed, and knowing what was used last', () => {
    const back: EventBody[] = [
      filesChanged({ images: { api: ['api.js'] } }),
      { ...built('api', 12), ref: 'api:rp-3' } as EventBody,
      { type: 'deploy.succeeded', generation: 15, durationMs: 1 },
    ];
    const effect = pruneOf(...deployed, pruned, ...saves(10), ...back);
    expect(effect).toMatchObject({ request: { keep: ['base:rp-1', 'web:rp-1', 'api:rp-3'] } });
    const recent = effect?.type === 'prune' ? effect.request.recent : [];
    expect(recent.slice(0, 4)).toEqual(['base:rp-1', 'web:rp-1', 'api:rp-3', 'api:rp-11']);
  });
});
