import { expect, test } from 'vitest';
import { replay } from '../../../src/session/event-log.ts';
import type { EventBody } from '../../../src/session/events.ts';
import { config, stamp } from '../../support/events.ts';

const key = 'Deployment/shop/web';
const failure = { code: 'IMMUTABLE_FIELD', subject: key, message: 'spec.selector cannot be changed' };
const { generation } = replay(stamp([{ type: 'config.loaded', generation: 1, config }])).deploy;
const failed: EventBody = { type: 'deploy.failed', generation, failures: [failure] };
const deployAfter = (...bodies: EventBody[]) =>
  replay(stamp([{ type: 'config.loaded', generation: 1, config }, ...bodies])).deploy.generation - generation;

test.each<[string, number, EventBody[]]>([
  ['that it names is deleted, there is another', 1, [failed, { type: 'workload.deleted', key }]],
  [
    'that it names is deleted twice, there is one other',
    1,
    [failed, { type: 'workload.deleted', key }, { type: 'workload.deleted', key }],
  ],
  [
    'that it does not name is deleted, there is none',
    0,
    [failed, { type: 'workload.deleted', key: 'Deployment/shop/db' }],
  ],
  [
    'is a Service that it names, there is another',
    1,
    [
      { ...failed, failures: [{ ...failure, subject: 'Service/shop/web' }] },
      { type: 'service.deleted', namespace: 'shop', name: 'web' },
    ],
  ],
  [
    'is deleted after a deploy that went well, there is none',
    0,
    [
      { type: 'deploy.succeeded', generation, durationMs: 1 },
      { type: 'workload.deleted', key },
    ],
  ],
])('after a failed deploy, when an object %s', (_, more, events) => {
  expect(deployAfter(...events)).toBe(more);
});
