import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ContainerView, decide, type RestartPolicy } from '../../../../src/sandbox/kubelet/decide.ts';

const view = (name: string, more: Partial<ContainerView> = {}): ContainerView => ({
  ...{ name, role: 'main', is: 'new', started: false, outdated: false, notBefore: 0 },
  ...more,
});
const init = (name: string, more: Partial<ContainerView> = {}) => view(name, { role: 'init', ...more });
const side = (name: string, more: Partial<ContainerView> = {}) => view(name, { role: 'sidecar', ...more });
const done = { is: 'ended', exitCode: 0 } as const;
const failed = { is: 'ended', exitCode: 1 } as const;
const runs = { is: 'running', started: true } as const;

test.each<[string, ContainerView[], RestartPolicy, ReturnType<typeof decide>]>([
  ['all at once', [view('a'), view('b')], 'Always', { start: ['a', 'b'], replace: [], stop: [] }],
  [
    'init containers first, one by one',
    [init('i'), init('j'), view('a')],
    'Always',
    { start: ['i'], replace: [], stop: [] },
  ],
  [
    'the next after it is done',
    [init('i', done), init('j'), view('a')],
    'Always',
    { start: ['j'], replace: [], stop: [] },
  ],
  [
    'nothing while it runs',
    [init('i', { is: 'running' }), view('a')],
    'Always',
    { start: [], replace: [], stop: [] },
  ],
  [
    'the others after the last',
    [init('i', done), view('a')],
    'Always',
    { start: ['a'], replace: [], stop: [] },
  ],
  [
    'an init container again',
    [init('i', failed), view('a')],
    'Always',
    { start: ['i'], replace: [], stop: [] },
  ],
  [
    'a sidecar holds until it has started',
    [side('s', { is: 'running' }), view('a')],
    'Always',
    { start: [], replace: [], stop: [] },
  ],
  ['and then no more', [side('s', runs), view('a')], 'Always', { start: ['a'], replace: [], stop: [] }],
  [
    'a sidecar again beside the others',
    [side('s', done), view('a', runs)],
    'Never',
    { start: ['s'], replace: [], stop: [] },
  ],
  [
    'one that crashed, after its back-off',
    [view('a', { ...failed, notBefore: 50 })],
    'Always',
    { start: [], replace: [], stop: [], wakeAt: 50 },
  ],
  [
    'one that crashed, when that is over',
    [view('a', { ...failed, notBefore: 10 })],
    'Always',
    { start: ['a'], replace: [], stop: [] },
  ],
  [
    'one that is done again, with Always',
    [view('a', done)],
    'Always',
    { start: ['a'], replace: [], stop: [] },
  ],
  [
    'not with OnFailure',
    [view('a', done), side('s', runs)],
    'OnFailure',
    { start: [], replace: [], stop: ['s'] },
  ],
  ['nor with Never', [view('a', failed), view('b', runs)], 'Never', { start: [], replace: [], stop: [] }],
  [
    'another image',
    [view('a', { ...runs, outdated: true })],
    'Always',
    { start: [], replace: ['a'], stop: [] },
  ],
  [
    'an init container that failed for good',
    [init('i', failed), side('s', runs), view('a')],
    'Never',
    { start: [], replace: [], stop: ['s'] },
  ],
])('%s', (_, views, policy, actions) => {
  expect(decide(views, policy, 10)).toEqual(actions);
});

const anyView = fc.record({
  role: fc.constantFrom<ContainerView['role'][]>('init', 'sidecar', 'main'),
  is: fc.constantFrom<ContainerView['is'][]>('new', 'busy', 'running', 'ended'),
  exitCode: fc.integer({ min: 0, max: 1 }),
  started: fc.boolean(),
  outdated: fc.boolean(),
  notBefore: fc.integer({ min: 0, max: 20 }),
});

test('nothing is started that runs, is on its way, or has to wait', () => {
  fc.assert(
    fc.property(
      fc.array(anyView, { minLength: 1 }),
      fc.constantFrom<RestartPolicy[]>('Always', 'OnFailure', 'Never'),
      (given, policy) => {
        const views = given.map((one, index) => ({ ...one, name: String(index) }));
        const { start } = decide(views, policy, 10);
        for (const name of start) {
          const { is, notBefore } = views[Number(name)]!;
          expect(['new', 'ended']).toContain(is);
          expect(notBefore).toBeLessThanOrEqual(10);
        }
      },
    ),
  );
});
