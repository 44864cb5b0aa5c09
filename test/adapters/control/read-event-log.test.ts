import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readEventLog } from '../../../src/control/read-event-log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rp-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const line = (seq: number, over: object = {}) =>
  JSON.stringify({ v: 1, seq, at: 1, type: 'watch.started', ...over });

async function read(text: string): Promise<string[]> {
  const path = join(folder, 'events.jsonl');
  await writeFile(path, text);
  const told: string[] = [];
  for await (const entry of readEventLog(path)) {
    if ('event' in entry) told.push(`${entry.event.seq}`);
    else told.push(`${entry.failure.at?.line}: ${entry.failure.message}`);
  }
  return told;
}

test('a whole log', async () => {
  expect(await read(`${line(1)}\n${line(2)}\n`)).toEqual(['1', '2']);
  expect(await read('')).toEqual([]);
});

test.each([
  ['cut off at its end', `${line(1)}\n${line(2).slice(0, 20)}`, ['1', /^2: This line is no event/]],
  ['cut off at its beginning', `${line(3)}\n`, [/^1: .*events 1 to 2 are missing/, '3']],
  ['with a hole', `${line(1)}\n${line(4)}\n`, ['1', /^2: .*events 2 to 3 are missing/, '4']],
  ['of two sessions', `${line(1)}\n${line(2)}\n${line(1)}\n`, ['1', '2', /^3: .*the numbers go back/, '1']],
  ['of another version', `${line(1, { v: 2 })}\n`, [/^1: .*not an event of version 1/]],
  ['with a fact that nobody knows', `${line(1, { type: 'moon.rose' })}\n${line(1)}\n`, [/^1: /, '1']],
])('a log %s is read as far as it goes', async (_, text, told) => {
  expect(await read(text)).toEqual(
    told.map((part) => (typeof part === 'string' ? part : expect.stringMatching(part))),
  );
});

test('a log that is not there', async () => {
  const reading = async () => {
    for await (const _ of readEventLog(join(folder, 'none')));
  };
  await expect(reading()).rejects.toMatchObject({ failures: [{ code: 'EVENTS_UNREADABLE' }] });
});
