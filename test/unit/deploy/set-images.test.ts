import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/deploy/manifest.ts';
import { setImages } from '../../../src/deploy/set-images.ts';

const REF = 'shop/web:rp-1';
const spec = (image: string) => ({
  initContainers: [{ name: 'i', image }],
  containers: [
    { name: 'c', image, imagePullPolicy: 'Always' },
    { name: 'other', image: 'envoy:1' },
  ],
  ephemeralContainers: [{ name: 'e', image }],
  volumes: [
    { name: 'v', image: { reference: image, pullPolicy: 'Always' } },
    { name: 'w', emptyDir: {} },
  ],
});
const changed = {
  initContainers: [{ name: 'i', image: REF, imagePullPolicy: 'IfNotPresent' }],
  containers: [
    { name: 'c', image: REF, imagePullPolicy: 'IfNotPresent' },
    { name: 'other', image: 'envoy:1' },
  ],
  ephemeralContainers: [{ name: 'e', image: REF, imagePullPolicy: 'IfNotPresent' }],
  volumes: [
    { name: 'v', image: { reference: REF, pullPolicy: 'IfNotPresent' } },
    { name: 'w', emptyDir: {} },
  ],
};

const wrap: Record<string, (pod: object) => object> = {
  'v1 Pod': (pod) => ({ spec: pod }),
  'v1 PodTemplate': (pod) => ({ template: { spec: pod } }),
  'v1 ReplicationController': (pod) => ({ spec: { template: { spec: pod } } }),
  'apps/v1 Deployment': (pod) => ({ spec: { template: { spec: pod } } }),
  'apps/v1 StatefulSet': (pod) => ({ spec: { template: { spec: pod } } }),
  'apps/v1 DaemonSet': (pod) => ({ spec: { template: { spec: pod } } }),
  'apps/v1 ReplicaSet': (pod) => ({ spec: { template: { spec: pod } } }),
  'batch/v1 Job': (pod) => ({ spec: { template: { spec: pod } } }),
  'batch/v1 CronJob': (pod) => ({ spec: { jobTemplate: { spec: { template: { spec: pod } } } } }),
};
const manifestOf = (type: string, pod: object): Manifest => {
  const [apiVersion = '', kind = ''] = type.split(' ');
  return { apiVersion, kind, metadata: { name: 'a' }, ...wrap[type]?.(pod) };
};

describe('setImages', () => {
  it.each(Object.keys(wrap))('reaches every container and image volume of a %s', (type) => {
    expect(setImages(manifestOf(type, spec('shop/web')), { 'shop/web': REF })).toEqual({
      manifest: manifestOf(type, changed),
      images: ['shop/web'],
      unbuilt: [],
    });
  });

  it.each([
    ['shop/web', 'shop/web:1', true],
    ['shop/web', 'shop/web@sha256:00', true],
    ['shop/web', 'docker.io/shop/web:1@sha256:00', true],
    ['web', 'docker.io/library/web:1', true],
    ['localhost:5000/web', 'localhost:5000/web:2', true],
    ['shop/web', 'localhost:5000/shop/web', false],
    ['localhost:5000/web', 'localhost:5001/web', false],
    ['shop/web', 'shop/web-admin:1', false],
    ['web', 'shop/web', false],
  ])('%s in the project, %s in the manifest: %s', (name, image, same) => {
    const { images } = setImages(manifestOf('v1 Pod', { containers: [{ name: 'c', image }] }), {
      [name]: REF,
    });
    expect(images).toEqual(same ? [name] : []);
  });

  it('leaves an image that is not built as it is, and says so', () => {
    const manifest = manifestOf('v1 Pod', spec('shop/web'));
    expect(setImages(manifest, { 'shop/web': undefined })).toEqual({
      manifest,
      images: ['shop/web'],
      unbuilt: ['shop/web'],
    });
  });

  it('does not touch kinds that only look like workloads', () => {
    const manifest = { ...manifestOf('apps/v1 Deployment', spec('shop/web')), apiVersion: 'example.com/v1' };
    expect(setImages(manifest, { 'shop/web': REF })).toEqual({ manifest, images: [], unbuilt: [] });
  });

  it('takes any JSON without throwing, and changes nothing in place', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(wrap)), fc.jsonValue(), (type, junk) => {
        const manifest = manifestOf(type, {
          containers: junk,
          volumes: junk,
          initContainers: [junk, { image: junk }],
        });
        const before = structuredClone(manifest);
        setImages(manifest, { 'shop/web': REF });
        expect(manifest).toEqual(before);
      }),
    );
  });
});
