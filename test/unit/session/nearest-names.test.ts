import { assert, constantFrom, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelay } from '../../../src/kube/backoff.ts';
import { nearestNames } from '../../../src/session/nearest-names.ts';

describe('nearestNames', () => {
  it.each([
    ['Deploymnt', ['Deployment', 'DaemonSet', 'Job'], ['Deployment']],
    ['deployment', ['Deployment'], ['Deployment']],
    ['mini', ['minikube', 'kind-a'], ['minikube']],
    ['minikube-2', ['kind-a', 'minikube-1', 'minikube'], ['minikube-1', 'minikube']],
    ['x', ['a', 'b', ''], []],
    ['', ['a'], []],
    ['web', [], []],
  ])('of %j among %j are %j', (wanted, known, nearest) => {
    expect(nearestNames(wanted, known)).toEqual(nearest);
  });

  it('always finds a name with one wrong letter among others', () => {
    const names = ['Deployment', 'StatefulSet', 'DaemonSet', 'ConfigMap', 'Namespace'];
    assert(
      property(constantFrom(...names), integer({ min: 0, max: 8 }), (name, at) => {
        expect(nearestNames(`${name.slice(0, at)}_${name.slice(at + 1)}`, names)[0]).toBe(name);
      }),
    );
  });
});

describe('backoffDelay', () => {
  it('grows from 0.1 s to 10 s and never leaves these bounds by more than its jitter', () => {
    expect([1, 2, 3, 8, 50, 2000].map((failures) => backoffDelay(failures, 0))).toEqual([
      100, 200, 400, 10_000, 10_000, 10_000,
    ]);
    assert(
      property(
        integer({ min: 0, max: 5000 }),
        double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, random) => {
          const delay = backoffDelay(failures, random);
          expect(delay).toBeGreaterThanOrEqual(50);
          expect(delay).toBeLessThanOrEqual(10_000);
        },
      ),
    );
  });
});
