import { describe, expect, it } from 'vitest';
import { haveCommon, withoutFields } from '../../../src/deploy/field-set.ts';
import { bringBackFields, restoreFields } from '../../../src/deploy/restore-fields.ts';

const container = (inner: object) => ({ 'f:containers': { 'k:{"name":"web"}': inner } });

describe('withoutFields', () => {
  it.each([
    ['a field', { 'f:a': {}, 'f:b': {} }, { 'f:a': {} }, { 'f:b': {} }],
    [
      'a field within',
      { 'f:a': { 'f:x': {}, 'f:y': {} } },
      { 'f:a': { 'f:x': {} } },
      { 'f:a': { 'f:y': {} } },
    ],
    ['everything', { 'f:a': { 'f:x': {} } }, { 'f:a': { 'f:x': {} } }, {}],
    [
      'nothing of a map that the other has a field in',
      { 'f:a': {} },
      { 'f:a': { 'f:x': {} } },
      { 'f:a': { '.': {} } },
    ],
    [
      'a map, with the field in it',
      { 'f:a': { '.': {}, 'f:x': {} } },
      { 'f:a': { 'f:x': {} } },
      { 'f:a': { '.': {} } },
    ],
    [
      'an item, with what the other does not have of it',
      container({ '.': {}, 'f:image': {}, 'f:resources': {} }),
      container({ '.': {}, 'f:image': {} }),
      {},
    ],
    [
      'an item that only one has',
      container({ '.': {} }),
      { 'f:containers': { 'k:{"name":"db"}': { '.': {} } } },
      container({ '.': {} }),
    ],
  ] as const)('takes out %s', (_, theirs, ours, left) => {
    expect(withoutFields(theirs as never, ours as never)).toEqual(left);
  });
});

it.each([
  [{ 'f:a': {} }, { 'f:b': {} }, false],
  [{ 'f:a': { 'f:x': {} } }, { 'f:a': { 'f:y': {} } }, false],
  [{ 'f:a': { 'f:x': {} } }, { 'f:a': {} }, false],
  [{ 'f:a': {} }, { 'f:a': {} }, true],
  [container({ '.': {} }), container({ '.': {} }), true],
] as const)('haveCommon %j %j', (one, other, common) => {
  expect(haveCommon(one as never, other as never)).toBe(common);
});

describe('restoreFields', () => {
  const original = {
    metadata: { labels: { app: 'web' } },
    spec: { replicas: 2, containers: [{ name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }] }] },
  };
  const live = {
    metadata: { labels: { app: 'web', 'rockpool.dev/app': 'shop' }, annotations: { mine: 'x', theirs: 'y' } },
    spec: {
      replicas: 5,
      paused: true,
      containers: [
        {
          name: 'web',
          image: 'web:2',
          env: [
            { name: 'A', value: '2' },
            { name: 'B', value: '1' },
          ],
        },
        { name: 'added', image: 'x' },
      ],
    },
  };
  const ours = {
    'f:metadata': { 'f:labels': { 'f:rockpool.dev/app': {} }, 'f:annotations': { 'f:mine': {} } },
    'f:spec': {
      'f:paused': {},
      'f:containers': {
        'k:{"name":"web"}': {
          '.': {},
          'f:image': {},
          'f:env': { 'k:{"name":"A"}': { '.': {}, 'f:value': {} }, 'k:{"name":"B"}': { '.': {} } },
        },
        'k:{"name":"added"}': { '.': {}, 'f:image': {} },
      },
    },
  };

  it('puts our fields back, takes out what was not there, and leaves the others', () => {
    expect(restoreFields(live, original, ours)).toEqual({
      metadata: { labels: { app: 'web' }, annotations: { theirs: 'y' } },
      spec: { replicas: 5, containers: original.spec.containers },
    });
  });

  it('leaves no empty map behind that was not there', () => {
    const only = { metadata: { annotations: { mine: 'x' } } };
    expect(restoreFields(only, {}, { 'f:metadata': { 'f:annotations': { 'f:mine': {} } } })).toEqual({});
  });

  it('brings back what went, at its place, and changes nothing that is there', () => {
    const theirs = {
      'f:spec': {
        'f:replicas': {},
        'f:containers': {
          'k:{"name":"web"}': { 'f:image': {}, 'f:env': { 'k:{"name":"A"}': { '.': {} } } },
        },
      },
    };
    const now = {
      spec: { replicas: 5, containers: [{ name: 'web', image: 'web:2', env: [{ name: 'B' }] }] },
    };
    expect(bringBackFields(now, original, theirs)).toEqual({
      spec: {
        replicas: 5,
        containers: [{ name: 'web', image: 'web:2', env: [{ name: 'A', value: '1' }, { name: 'B' }] }],
      },
    });
    expect(bringBackFields({ spec: {} }, original, theirs)).toEqual({
      spec: { replicas: 2, containers: original.spec.containers },
    });
  });
});
