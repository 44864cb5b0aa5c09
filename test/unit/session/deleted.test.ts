import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/session/events.ts';
import { plan } from '../../../src/session/plan.ts';
import {
  applied,
  deployed,
  loaded,
  rendered,
  START,
  type Story,
  started,
  stateAfter,
  WEB,
  workload,
} from '../ui/builders.ts';

const JOB = 'Job/shop/seed';
const SERVICE = 'Service/shop/web';
const resources = { [WEB]: [], [SERVICE]: [], [JOB]: [] };
const gone: EventBody = { type: 'workload.deleted', key: WEB };
const failed = (generation: number): EventBody => ({
  ...{ type: 'deploy.failed', generation },
  failures: [{ code: 'IMMUTABLE_FIELD', subject: WEB, message: 'no' }],
});

/** All is applied, in deploy 1. */
const up: Story = [
  [0, started],
  [0, loaded({ images: [], forwards: [] })],
  [0.1, { type: 'watch.started' }],
  [0.8, rendered(resources)],
  ...[WEB, SERVICE, JOB].map((key) => [0.9, applied(key)] as const),
  [1, deployed(1)],
  [2, workload(WEB)],
];
const deploys = (story: Story) =>
  [...plan(stateAfter(story)).effects.values()].flatMap((effect) =>
    effect.type === 'deploy' ? [effect.request] : [],
  );

describe('what somebody deletes while a session runs', () => {
  test('a workload or a Service of the manifests is applied again', () => {
    expect(deploys(up)).toEqual([]);
    const [request] = deploys([...up, [10, gone]]);
    expect(Object.keys(request?.applied ?? {})).toEqual([SERVICE, JOB]);
    const service: EventBody = { type: 'service.deleted', namespace: 'shop', name: 'web' };
    expect(deploys([...up, [10, service]])).toHaveLength(1);
  });

  test('a Job, or what the manifests do not have, is not', () => {
    expect(deploys([...up, [10, { type: 'workload.deleted', key: JOB }]])).toEqual([]);
    expect(deploys([...up, [10, { type: 'workload.deleted', key: 'Deployment/shop/other' }]])).toEqual([]);
  });

  test('what could not be applied because it was there is applied when it is deleted', () => {
    const story: Story = [...up.slice(0, 4), [0.9, failed(1)], [10, gone]];
    expect(deploys(story)).toMatchObject([{ generation: 2 }]);
    // Once: a deploy that fails again waits for the next deletion.
    expect(deploys([...story, [11, failed(2)]])).toEqual([]);
  });

  test('while a deploy makes it anew, that deploy is let end', () => {
    const saved: EventBody = { type: 'files.changed', images: {}, manifests: ['a'], config: [], count: 1 };
    const replacing: Story = [...up, [10, saved], [10.1, gone]];
    expect(deploys(replacing)).toMatchObject([{ generation: 2 }]);
    expect(deploys([...replacing, [10.2, applied(WEB)], [10.3, deployed(2)]])).toEqual([]);
    expect(deploys([...replacing, [10.3, deployed(2)]])).toMatchObject([{ generation: 3 }]);
  });

  test('after three times within a minute it is left, which is said with what to do; a trigger applies it', () => {
    const again = (times: number): Story =>
      Array.from({ length: times }, (_, index) => [
        [10 + 2 * index, gone] as const,
        [11 + 2 * index, applied(WEB)] as const,
        [11 + 2 * index, deployed(2 + index)] as const,
      ]).flat();
    const left: Story = [...up, ...again(3), [17, gone]];
    expect(deploys(left)).toEqual([]);
    expect(plan(stateAfter(left)).holds).toMatchObject([
      { type: 'deleted', what: WEB, reason: expect.stringMatching(/rockpool trigger deployment\/web/) },
    ]);
    expect(stateAfter(left).resources[WEB]?.deleted?.at).toBe(START + 17_000);
    const asked: EventBody = { type: 'rebuild.requested', images: [], workloads: [WEB] };
    expect(deploys([...left, [20, asked]])).toHaveLength(1);
    expect(plan(stateAfter([...left, [20, asked]])).holds).toEqual([]);
  });
});

test('a workload that is asked for by its name is applied although it has not changed, and nothing else is built', () => {
  const asked: EventBody = { type: 'rebuild.requested', images: [], workloads: [WEB] };
  const [request] = deploys([...up, [10, asked]]);
  expect(Object.keys(request?.applied ?? {})).toEqual([SERVICE, JOB]);
  const image = { name: 'shop/web', context: 'web', dockerfile: 'd', needs: [], inputs: 'i' };
  const built: Story = [[0, started], [0, loaded({ images: [image] })], ...up.slice(2), [10, asked]];
  expect(stateAfter(built).images['shop/web']?.generation).toBe(1);
});

test('what is asked for without a name is all sent again: somebody may have changed it in the cluster', () => {
  const [request] = deploys([...up, [10, { type: 'rebuild.requested', images: [] }]]);
  expect(request?.applied).toEqual({});
});
