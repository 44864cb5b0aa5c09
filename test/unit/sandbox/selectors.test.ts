import { expect, test } from 'vitest';
import { fieldSelector, labelSelector } from '../../../src/sandbox/api/objects/selectors.ts';
import type { StoredObject } from '../../../src/sandbox/api/objects/stored-object.ts';

const object = {
  metadata: { name: 'web', labels: { app: 'web', tier: 'front' } },
  status: { phase: 'Running' },
} as unknown as StoredObject;

test.each([
  ['', true],
  ['app=web', true],
  ['app==web,tier=front', true],
  ['app=api', false],
  ['app!=api', true],
  ['other!=x', true],
  ['app in (web, api)', true],
  ['app notin (web)', false],
  ['other notin (web)', true],
  ['app', true],
  ['!app', false],
  ['!other,app in (web),tier', true],
])('labels %s: %s', (text, fits) => {
  expect(labelSelector(text)(object)).toBe(fits);
});

test.each([
  ['metadata.name=web', true],
  ['metadata.name!=web', false],
  ['status.phase=Running,spec.nodeName=', true],
])('fields %s: %s', (text, fits) => {
  expect(fieldSelector(text)(object)).toBe(fits);
});

test.each(['a=b=c', 'in (a)', 'a ? b'])('%s is refused', (text) => {
  expect(() => labelSelector(text)).toThrow('unable to parse requirement');
});
