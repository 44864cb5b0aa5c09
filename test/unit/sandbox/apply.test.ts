import { describe, expect, test } from 'vitest';
import type { ApiError } from '../../../src/sandbox/api/api-error.ts';
import type { ManagedFields } from '../../../src/sandbox/api/objects/stored-object.ts';
import { serverSideApply } from '../../../src/sandbox/api/patch/apply.ts';
import { rootShape } from '../../../src/sandbox/api/schema/shape.ts';

const shape = rootShape('V1Deployment');
const writer = (manager: string) => ({
  ...{ manager, operation: 'Apply' as const, apiVersion: 'apps/v1', time: '2026-01-01T00:00:00Z' },
});

interface Applied {
  readonly object: Record<string, unknown>;
  readonly managed: readonly ManagedFields[];
}

const nothing: Applied = { object: {}, managed: [] };

function apply(before: Applied, manager: string, spec: unknown, force = false): Applied {
  const applied = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec };
  const { object: live, managed } = before;
  return serverSideApply({ live, managed, applied, shape, writer: writer(manager), force });
}

const container = (...fields: object[]) => ({
  template: { spec: { containers: [Object.assign({ name: 'web' }, ...fields)] } },
});

describe('server-side apply', () => {
  test('sets what the manifest has, and takes away what it no longer has', () => {
    const first = apply(nothing, 'a', { replicas: 2, paused: true });
    expect(first.object.spec).toEqual({ replicas: 2, paused: true });
    expect(apply(first, 'a', { replicas: 3 }).object.spec).toEqual({ replicas: 3 });
  });

  test('takes away a struct with the defaults in it, when nobody has a field of it any more', () => {
    const readinessProbe = { httpGet: { path: '/', port: 80 } };
    const first = apply(nothing, 'a', container({ image: 'a', readinessProbe }));
    const defaulted = { httpGet: { ...readinessProbe.httpGet, scheme: 'HTTP' }, periodSeconds: 10 };
    const live = { ...first, object: { spec: container({ image: 'a', readinessProbe: defaulted }) } };
    const without = container({ image: 'a' });
    expect(apply(live, 'a', without).object.spec).toEqual(without);
    const shared = apply(live, 'b', container({ readinessProbe: { periodSeconds: 10 } }));
    expect(apply(shared, 'a', without).object.spec).toEqual(
      container({ image: 'a', readinessProbe: { periodSeconds: 10 } }),
    );
  });

  test('merges list items by their keys, and removes those that nobody else has', () => {
    const env = (...names: string[]) => container({ env: names.map((name) => ({ name, value: '1' })) });
    const first = apply(nothing, 'a', env('A', 'B'));
    const second = apply(first, 'b', env('C'));
    const namesOf = (applied: Applied) => {
      const { template } = applied.object.spec as {
        template: { spec: { containers: { env: { name: string }[] }[] } };
      };
      return template.spec.containers[0]?.env.map(({ name }) => name).toSorted();
    };
    expect(namesOf(second)).toEqual(['A', 'B', 'C']);
    expect(namesOf(apply(second, 'a', env('A')))).toEqual(['A', 'C']);
    expect(namesOf(apply(second, 'a', env()))).toEqual(['C']);
  });

  test('refuses to change what another manager set, and names both', () => {
    const first = apply(nothing, 'a', { replicas: 2 });
    const failed = (() => {
      try {
        return apply(first, 'b', { replicas: 3 });
      } catch (error) {
        return error as ApiError;
      }
    })() as ApiError;
    expect(failed).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(failed.message).toBe('Apply failed with 1 conflict: conflict with "a": .spec.replicas');
    const forced = apply(first, 'b', { replicas: 3 }, true);
    expect(forced.object.spec).toEqual({ replicas: 3 });
    expect(forced.managed.map(({ manager }) => manager)).toEqual(['b']);
  });

  test('lets two managers have a field of the same value: it stays while one wants it', () => {
    const both = apply(apply(nothing, 'a', { replicas: 2 }), 'b', { replicas: 2 });
    const one = apply(both, 'a', {});
    expect(one.object.spec).toEqual({ replicas: 2 });
    expect(apply(one, 'b', {}).object.spec ?? {}).toEqual({});
  });

  test('an equal apply changes nothing, not even the time', () => {
    const first = apply(nothing, 'a', container({ image: 'x', ports: [{ containerPort: 80 }] }));
    expect(apply(first, 'a', container({ image: 'x', ports: [{ containerPort: 80 }] }))).toEqual(first);
  });

  test('a selector is one value: the other manager’s is in conflict as a whole', () => {
    const first = apply(nothing, 'a', { selector: { matchLabels: { app: 'web' } } });
    expect(() => apply(first, 'b', { selector: { matchLabels: { tier: 'x' } } })).toThrow('.spec.selector');
  });
});
