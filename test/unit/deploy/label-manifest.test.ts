import { describe, expect, it } from 'vitest';
import { labelManifest } from '../../../src/deploy/label-manifest.ts';
import type { Manifest } from '../../../src/deploy/manifest.ts';

const options = { app: 'shop', namespace: 'dev', namespaced: true };
const ours = { 'rockpool.dev/app': 'shop', 'app.kubernetes.io/managed-by': 'rockpool' };
const onPods = { 'rockpool.dev/app': 'shop' };

describe('labelManifest', () => {
  it('marks the object and its pods, and leaves selectors and claim templates alone', () => {
    const manifest: Manifest = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', labels: { tier: 'data' } },
      spec: {
        selector: { matchLabels: { app: 'db' } },
        template: { metadata: { labels: { app: 'db' } }, spec: {} },
        volumeClaimTemplates: [{ metadata: { name: 'data' } }],
      },
    };
    expect(labelManifest(manifest, options)).toEqual({
      ...manifest,
      metadata: { name: 'db', namespace: 'dev', labels: { tier: 'data', ...ours } },
      spec: {
        selector: { matchLabels: { app: 'db' } },
        template: { metadata: { labels: { app: 'db', ...onPods } }, spec: {} },
        volumeClaimTemplates: [{ metadata: { name: 'data' } }],
      },
    });
  });

  it('reaches the pods of a CronJob', () => {
    const spec = { jobTemplate: { spec: { template: { spec: {} } } } };
    const labelled = labelManifest(
      { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'a' }, spec },
      options,
    );
    expect(labelled.spec).toEqual({
      jobTemplate: { spec: { template: { metadata: { labels: onPods }, spec: {} } } },
    });
  });

  it.each([
    [undefined, true, 'dev'],
    ['', true, 'dev'],
    ['other', true, 'other'],
    [undefined, false, undefined],
    ['wrong', false, undefined],
  ])('namespace %j of a kind that is namespaced (%s) becomes %s', (namespace, namespaced, expected) => {
    const metadata = { name: 'a', ...(namespace === undefined ? {} : { namespace }) };
    const labelled = labelManifest({ apiVersion: 'v1', kind: 'X', metadata }, { ...options, namespaced });
    expect(labelled.metadata.namespace).toBe(expected);
    expect('namespace' in labelled.metadata).toBe(expected !== undefined);
  });
});
