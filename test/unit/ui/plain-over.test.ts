import { expect, test } from 'vitest';
import { reduce } from '../../../src/session/reduce.ts';
import { initialState } from '../../../src/session/state.ts';
import { createPlainLines } from '../../../src/ui/plain-lines.ts';
import * as the from './builders.ts';

function lines(...story: the.Story): string[] {
  const plainLines = createPlainLines();
  let state = initialState;
  return the.events([...the.up, ...story]).flatMap((event, index) => {
    const next = reduce(state, event);
    const said = plainLines(state, event, next);
    state = next;
    return index >= the.up.length ? [...said] : [];
  });
}

const refused =
  'pods "web-x" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1';
const web = (over: object) => the.workload(the.WEB, { images: ['shop/web:rp-1'], ...over });
const edited = { ...the.saved('shop/web'), images: {}, manifests: ['k8s/web.yaml'] } as the.Story[0][1];
const applied = (revision: number, hash: string) =>
  ({ ...the.applied(the.WEB, 'changed'), revision, hash }) as the.Story[0][1];

test('that a failure is over is one line, also when the pods before it went on serving', () => {
  const said = lines(
    [10, edited],
    [11, applied(2, 'other')],
    [12, web({ rollout: 'progressing', updated: 0, revision: 2, refused })],
    [20, edited],
    [21, applied(3, 'h')],
    [22, web({ revision: 3 })],
    [23, web({ revision: 3 })],
  );
  expect(said.filter((line) => line.includes('The quota few'))).toHaveLength(1);
  expect(said.filter((line) => line.startsWith('web '))).toEqual(['web  ready again']);
});

test('what an apply made ready is counted from it, not from the start', () => {
  const key = 'StatefulSet/shop/db';
  const said = lines(
    [30, edited],
    [31, the.rendered({ [the.WEB]: ['shop/web'], [key]: [] })],
    [32, { ...the.applied(key), hash: 'h' } as the.Story[0][1]],
    [34, the.workload(key)],
  );
  expect(said.at(-1)).toBe('db  ready 2.0 s after the apply');
});
