import { describe, expect, it } from 'vitest';
import { parseHosting } from '../../../src/cluster/local-registry.ts';
import { parseImageList } from '../../../src/cluster/minikube-images.ts';
import { registryRef } from '../../../src/cluster/registry-ref.ts';

describe('registryRef', () => {
  it.each([
    ['shop/web:rp-1', 'localhost:5000', 'localhost:5000/shop/web:rp-1'],
    ['web:rp-1', 'ghcr.io/me', 'ghcr.io/me/web:rp-1'],
    ['ghcr.io/me/web:rp-1', 'ghcr.io/me', 'ghcr.io/me/web:rp-1'],
    ['ghcr.io/me/web:rp-1', 'localhost:5000', 'localhost:5000/ghcr.io/me/web:rp-1'],
    ['localhost:5001/web:rp-1', 'ghcr.io/me', 'ghcr.io/me/localhost_5001/web:rp-1'],
  ])('%s in %s is %s', (ref, registry, expected) => {
    expect(registryRef(ref, registry)).toBe(expected);
    expect(registryRef(expected, registry)).toBe(expected);
  });
});

describe('parseHosting', () => {
  it.each([
    ['host: "localhost:5000"', { host: 'localhost:5000', nodeHost: 'localhost:5000' }],
    [
      'host: localhost:5001\nhostFromContainerRuntime: registry:5000',
      { host: 'localhost:5001', nodeHost: 'registry:5000' },
    ],
    ['host: "https://localhost:5001/"', { host: 'localhost:5001', nodeHost: 'localhost:5001' }],
    ['help: "https://example.com"', undefined],
    ['host: "a b"', undefined],
    ['host: [', undefined],
    ['[]', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j', (text, expected) => expect(parseHosting(text)).toEqual(expected));
});

describe('parseImageList', () => {
  it('reads the tags whatever their form, with their IDs', () => {
    const tags = parseImageList(
      '[{"id":"1","repoTags":["docker.io/library/web:1","localhost:5000/a/b:2"]},{"repoTags":null},{}]',
    );
    expect([...tags!]).toEqual([
      ['docker.io/library/web:1', '1'],
      ['localhost:5000/a/b:2', '1'],
    ]);
  });

  it.each(['', 'false exit code 83', '{}', 'null'])('knows nothing from %j', (text) => {
    expect(parseImageList(text)).toBeUndefined();
  });
});
