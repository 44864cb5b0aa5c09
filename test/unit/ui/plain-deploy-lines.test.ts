import { expect, test } from 'vitest';
import type { EventBody } from '../../../src/session/events.ts';
import { reduce } from '../../../src/session/reduce.ts';
import { initialState } from '../../../src/session/state.ts';
import { createPlainDeployLines } from '../../../src/ui/plain-deploy-lines.ts';
import { stamp } from '../../support/events.ts';

function lines(...bodies: EventBody[]): string[] {
  const plainLines = createPlainDeployLines();
  let state = initialState;
  return stamp(bodies).flatMap((event) => {
    const before = state;
    state = reduce(state, event);
    return [...plainLines(before, event, state)];
  });
}

test('tells what was taken over, waits, was pruned, and was kept', () => {
  const held: EventBody = {
    type: 'deploy.held',
    generation: 1,
    key: 'Namespace//shop',
    reason: 'waiting until the old one is deleted',
  };
  expect(
    lines(
      held,
      held,
      { type: 'resource.adopted', generation: 1, key: 'Deployment/shop/web', managers: ['helm'] },
      { type: 'resource.pruned', generation: 1, key: 'ConfigMap/shop/old', outcome: 'deleted' },
      {
        type: 'resource.pruned',
        generation: 1,
        key: 'PersistentVolumeClaim/shop/data',
        outcome: 'kept',
        reason: 'no longer in the manifests: kubectl delete persistentvolumeclaim data -n shop',
      },
    ),
  ).toEqual([
    'Namespace/shop  waiting until the old one is deleted',
    'Deployment/web  taken over from helm',
    'ConfigMap/old  deleted: no longer in the manifests',
    'PersistentVolumeClaim/data  kept: no longer in the manifests: kubectl delete persistentvolumeclaim data -n shop',
  ]);
});
