import { describe, expect, test } from 'vitest';
import type { Action } from '../../../src/ui/key-map.ts';
import { afterAction, afterTyping, initialScreen, type ScreenState } from '../../../src/ui/screen-state.ts';

const context = {
  rows: ['a', 'b', 'c'],
  failures: 2,
  logs: { pageUp: () => 40, pageDown: () => undefined, oldest: () => 10 },
};
const pressed = (screen: Partial<ScreenState>, ...actions: Action[]): ScreenState =>
  actions.reduce((current, action) => afterAction(current, action, context), { ...initialScreen, ...screen });

describe('selection', () => {
  test.each<[string, Partial<ScreenState>, Action[], string | undefined]>([
    ['down selects the first row', {}, ['down'], 'a'],
    ['up selects the last row', {}, ['up'], 'c'],
    ['it stops at the end', {}, ['down', 'down', 'down', 'down'], 'c'],
    ['it stops at the start', { selected: 'b' }, ['up', 'up'], 'a'],
    ['a row that has gone is left for the first', { selected: 'gone' }, ['down'], 'a'],
    ['back clears it', { selected: 'b' }, ['back'], undefined],
  ])('%s', (_name, screen, actions, expected) => {
    expect(pressed(screen, ...actions).selected).toBe(expected);
  });

  test('other logs are followed from their end', () => {
    expect(pressed({ pausedAt: 5 }, 'down').pausedAt).toBeUndefined();
  });

  test('with no rows nothing is selected', () => {
    expect(afterAction(initialScreen, 'down', { ...context, rows: [] }).selected).toBeUndefined();
  });
});

describe('back goes one step at a time', () => {
  const screen = { help: true, selected: 'a', filter: 'x' };
  test('out of the help', () =>
    expect(pressed(screen, 'back')).toMatchObject({ help: false, selected: 'a', filter: 'x' }));
  test('out of the selection', () => expect(pressed(screen, 'back', 'back')).toMatchObject({ filter: 'x' }));
  test('out of the filter', () => expect(pressed(screen, 'back', 'back', 'back')).toEqual(initialScreen));
});

describe('logs', () => {
  test.each<[Action, number | undefined]>([
    ['pageUp', 40],
    ['oldest', 10],
    ['pageDown', undefined],
    ['follow', undefined],
  ])('%s goes to %s', (action, expected) => {
    expect(pressed({ pausedAt: 30 }, action).pausedAt).toBe(expected);
  });

  test('f shows logs alone, and back', () => {
    expect(pressed({}, 'fullLogs').fullLogs).toBe(true);
    expect(pressed({}, 'fullLogs', 'fullLogs').fullLogs).toBe(false);
  });

  test('e goes through the failures, round and round', () => {
    expect(pressed({}, 'nextFailure').failure).toBe(1);
    expect(pressed({}, 'nextFailure', 'nextFailure').failure).toBe(0);
  });
});

describe('the filter', () => {
  const typed = (...keys: string[]) => keys.reduce(afterTyping, pressed({}, 'filter'));

  test('is typed until Enter', () => {
    expect(typed('G', 'E', 'T', 'space', 'q')).toMatchObject({ typing: true, filter: 'GET q' });
    expect(typed('a', 'enter')).toMatchObject({ typing: false, filter: 'a' });
  });

  test('Esc clears it', () => expect(typed('a', 'esc')).toEqual(initialScreen));

  test('Backspace takes back what a person sees as one character', () => {
    expect(typed('a', '👩‍👩‍👧', 'backspace').filter).toBe('a');
    expect(typed('backspace').filter).toBe('');
  });

  test('keys without a character do not get into it', () => {
    expect(typed('a', 'up', 'pgdn', 'ctrl-a', 'tab', '\x07').filter).toBe('a');
  });
});
