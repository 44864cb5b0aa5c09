import { expect, test } from 'vitest';
import type { EventBody } from '../../../src/session/events.ts';
import { reduce } from '../../../src/session/reduce.ts';
import { initialState } from '../../../src/session/state.ts';
import { createPlainLines } from '../../../src/ui/plain-lines.ts';
import * as the from './builders.ts';

const lost: EventBody = {
  type: 'cluster.lost',
  failure: {
    code: 'CLUSTER_LOST',
    subject: 'cluster',
    message: 'the apiserver at https://192.168.49.2:8443 does not answer: connect ECONNREFUSED',
    hint: 'The session goes on by itself as soon as it answers again.',
  },
};
const unreachable = (generation: number): EventBody => ({
  type: 'build.failed',
  image: 'shop/web',
  generation,
  failure: {
    code: 'DOCKER_UNREACHABLE',
    subject: 'image/shop/web',
    message: 'The Docker daemon at 192.168.49.2:2376 does not answer: connect ECONNREFUSED.',
  },
});
const unwatched: EventBody = {
  type: 'watch.failed',
  failure: { code: 'WATCH_LIMIT', subject: 'watch', message: 'No inotify watches are left.' },
};
const again = (what: 'image' | 'watch', name = ''): EventBody => ({ type: 'retry.due', what, name });

test.each<[string, EventBody[], string[]]>([
  [
    'sleep',
    [{ type: 'machine.slept', ms: 58_400 }],
    ['session  the machine slept for 58 s: everything is looked at again'],
  ],
  [
    'a deploy that waits for the apiserver',
    [
      lost,
      { type: 'files.changed', images: {}, manifests: ['k8s/web.yaml'], config: [], count: 1 },
      { type: 'files.changed', images: {}, manifests: ['k8s/api.yaml'], config: [], count: 1 },
      { type: 'cluster.found' },
    ],
    [
      'cluster  the apiserver at https://192.168.49.2:8443 does not answer: connect ECONNREFUSED',
      '  The session goes on by itself as soon as it answers again.',
      'manifests  k8s/web.yaml changed',
      'manifests  waiting for the apiserver at https://192.168.49.2:8443',
      'manifests  k8s/api.yaml changed',
      'cluster  answers again',
    ],
  ],
  [
    'a daemon that is away, told once however often it is tried',
    [
      unreachable(1),
      again('image', 'shop/web'),
      unreachable(2),
      again('image', 'shop/web'),
      the.building('shop/web', 3),
    ],
    [
      'shop/web  The Docker daemon at 192.168.49.2:2376 does not answer: connect ECONNREFUSED.',
      'shop/web  waiting for the Docker daemon at 192.168.49.2:2376; tried again every 3 s',
      'shop/web  building generation 3',
    ],
  ],
  [
    'sources that cannot be watched, told once, and again when they could be in between',
    [unwatched, again('watch'), unwatched, again('watch'), { type: 'watch.started' }, unwatched],
    [
      'watch  No inotify watches are left.',
      'watch  sources are watched',
      'watch  No inotify watches are left.',
    ],
  ],
])('%s', (_, story, expected) => {
  const plainLines = createPlainLines();
  const said: string[] = [];
  let state = initialState;
  const before: the.Story = _.startsWith('a deploy') ? the.up : the.up.slice(0, 3);
  for (const event of the.events([...before, ...story.map((body) => [60, body] as const)])) {
    const next = reduce(state, event);
    const lines = plainLines(state, event, next);
    if (event.seq > before.length) said.push(...lines);
    state = next;
  }
  expect(said).toEqual(expected);
});
