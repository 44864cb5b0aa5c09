import fc from 'fast-check';
import { expect, it } from 'vitest';
import { boundsOf } from '../../../../src/sandbox/controllers/deployment/bounds.ts';
import { nextStep } from '../../../../src/sandbox/controllers/deployment/next-step.ts';
import { setsOf } from '../../../../src/sandbox/controllers/deployment/revisions.ts';
import type { Deployment, ReplicaSet } from '../../../../src/sandbox/controllers/objects.ts';

const deployment = (replicas: number, rollingUpdate: object, image = 'web:1'): Deployment =>
  ({
    ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
    metadata: { name: 'web', namespace: 'default', uid: 'web' },
    spec: {
      ...{ replicas, revisionHistoryLimit: 10, selector: { matchLabels: { app: 'web' } } },
      strategy: { type: 'RollingUpdate', rollingUpdate },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } },
    },
  }) as unknown as Deployment;

it.each([
  { replicas: 10, bounds: {}, surge: 3, unavailable: 2 },
  { replicas: 1, bounds: {}, surge: 1, unavailable: 0 },
  { replicas: 4, bounds: { maxSurge: 0, maxUnavailable: '50%' }, surge: 0, unavailable: 2 },
  { replicas: 3, bounds: { maxSurge: 0, maxUnavailable: '10%' }, surge: 0, unavailable: 1 },
  { replicas: 2, bounds: { maxSurge: 5, maxUnavailable: 5 }, surge: 5, unavailable: 2 },
])('bounds of $replicas replicas by $bounds', ({ replicas, bounds, ...expected }) => {
  expect(boundsOf(deployment(replicas, bounds))).toEqual(expected);
});

/** ReplicaSets whose pods start, in an order of chance, and stop at once. */
class Pods {
  sets: ReplicaSet[] = [];

  take({ create, change, remove }: ReturnType<typeof nextStep>): boolean {
    const made = create as ReplicaSet | undefined;
    if (made)
      this.keep({
        ...made,
        metadata: { ...made.metadata, uid: made.metadata.name },
        status: { replicas: 0 },
      });
    for (const set of change) this.keep(set);
    this.sets = this.sets.filter((set) => !remove.includes(set));
    return made !== undefined || change.length > 0;
  }

  keep(set: ReplicaSet): void {
    const size = set.spec?.replicas ?? 0;
    const availableReplicas = Math.min(set.status?.availableReplicas ?? 0, size);
    const next = { ...set, status: { replicas: size, availableReplicas } };
    this.sets = [...this.sets.filter(({ metadata }) => metadata.uid !== set.metadata.uid), next];
  }

  /** One pod more becomes available, of the set that is chosen among those that wait for one. */
  start(choice: number): boolean {
    const waiting = this.sets.filter(
      (set) => (set.status?.availableReplicas ?? 0) < (set.spec?.replicas ?? 0),
    );
    const set = waiting[choice % Math.max(1, waiting.length)];
    const status = {
      replicas: set?.spec?.replicas ?? 0,
      availableReplicas: (set?.status?.availableReplicas ?? 0) + 1,
    };
    this.sets = this.sets.map((one) => (one === set ? { ...one, status } : one));
    return set !== undefined;
  }

  count(of: (set: ReplicaSet) => number | undefined): number {
    return this.sets.reduce((sum, set) => sum + (of(set) ?? 0), 0);
  }
}

it('never leaves its bounds, and always comes to its end', () => {
  const bound = fc.oneof(
    fc.nat({ max: 4 }),
    fc.nat({ max: 100 }).map((share) => `${share}%`),
  );
  const scenario = fc.record({
    replicas: fc.integer({ min: 1, max: 12 }),
    maxSurge: bound,
    maxUnavailable: bound,
  });
  fc.assert(
    fc.property(scenario, fc.infiniteStream(fc.nat()), ({ replicas, ...bounds }, choices) => {
      const pods = new Pods();
      const settle = (wanted: Deployment, check: () => void): void => {
        for (let turn = 0; turn < 500; turn += 1) {
          const isBusy = pods.take(nextStep(wanted, pods.sets, []));
          check();
          if (!isBusy && !pods.start(choices.next().value ?? 0)) return;
          check();
        }
        throw new Error('it does not come to its end');
      };
      settle(deployment(replicas, bounds), () => {});
      expect(pods.count(({ status }) => status?.availableReplicas)).toBe(replicas);
      const wanted = deployment(replicas, bounds, 'web:2');
      const { surge, unavailable } = boundsOf(wanted);
      settle(wanted, () => {
        expect(pods.count(({ spec }) => spec?.replicas)).toBeLessThanOrEqual(replicas + surge);
        expect(pods.count(({ status }) => status?.availableReplicas)).toBeGreaterThanOrEqual(
          replicas - unavailable,
        );
      });
      const { current, old } = setsOf(wanted, pods.sets);
      expect(current?.status?.availableReplicas).toBe(replicas);
      expect(old.map(({ spec }) => spec?.replicas)).toEqual([0]);
    }),
  );
});
