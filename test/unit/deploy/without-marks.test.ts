import { expect, test } from 'vitest';
import { withoutMarks } from '../../../src/deploy/without-marks.ts';

test.each([
  [
    'all that is there',
    { metadata: { name: 'a', labels: { 'rockpool.dev/app': 'x' } } },
    { metadata: { name: 'a' } },
  ],
  [
    'those of pod templates, but for the hash of their configuration',
    {
      spec: {
        template: {
          metadata: {
            labels: { app: 'a', 'rockpool.dev/app': 'x' },
            annotations: { 'rockpool.dev/config-hash': 'h' },
          },
        },
      },
    },
    {
      spec: {
        template: { metadata: { labels: { app: 'a' }, annotations: { 'rockpool.dev/config-hash': 'h' } } },
      },
    },
  ],
  [
    'what another tool manages',
    {
      metadata: {
        labels: { 'app.kubernetes.io/managed-by': 'Helm', 'applyset.kubernetes.io/part-of': 's' },
        annotations: { 'rockpool.dev/adopted': '{}', theirs: 'kept' },
      },
    },
    { metadata: { labels: { 'app.kubernetes.io/managed-by': 'Helm' }, annotations: { theirs: 'kept' } } },
  ],
  [
    'what rockpool manages',
    { metadata: { labels: { 'app.kubernetes.io/managed-by': 'rockpool' } } },
    { metadata: {} },
  ],
])('marks: %s', (_, object, expected) => {
  expect(withoutMarks(object)).toEqual(expected);
});
