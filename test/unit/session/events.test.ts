import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEvent, encodeEvent } from '../../../src/session/event-log.ts';
import { SessionEvent } from '../../../src/session/events.ts';
import { anyEvent, stamp } from '../../support/events.ts';

describe('the event log', () => {
  test('every event is written as one line and read back the same', () => {
    fc.assert(
      fc.property(anyEvent, (body) => {
        const [event] = stamp([body]);
        const line = encodeEvent(event!);
        expect(line).not.toContain('\n');
        expect(decodeEvent(line)).toEqual(event);
        expect(SessionEvent.safeParse(event).success).toBe(true);
      }),
    );
  });

  test.each([
    ['another version', '{"v":2,"seq":1,"at":1,"type":"watch.started"}'],
    ['an unknown type', '{"v":1,"seq":1,"at":1,"type":"watch.begun"}'],
    ['a missing field', '{"v":1,"seq":1,"at":1,"type":"build.started"}'],
  ])('a line of %s is refused in words', (_name, line) => {
    expect(() => decodeEvent(line)).toThrow(/not an event of version 1/);
  });
});
