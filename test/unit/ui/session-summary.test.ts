import { expect, test } from 'vitest';
import { sessionSummary } from '../../../src/ui/session-summary.ts';
import * as the from './builders.ts';

const summary = (...more: the.Story) =>
  sessionSummary(the.stateAfter([...the.up, ...more]), the.START + 720_000);

test('says how long it ran, where, what is up, and which generations were built', () => {
  expect(summary()).toEqual([
    'shop  ran 12 min in minikube/shop, 2 of 2 up',
    'generations built: shop/web 1, shop/api 1',
  ]);
});

test('says what is wrong instead, when something is', () => {
  const failed = (image: string): the.Story[number] => [
    5,
    { type: 'build.failed', image, generation: 1, failure: the.failure({ subject: `image/${image}` }) },
  ];
  expect(summary(failed('shop/web'), failed('shop/api'))[1]).toBe(
    'shop/web  The step RUN npm ci ended with exit code 1. (and 1 more)',
  );
});
