import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { createPlainPrinter } from '../../../src/logs/plain-printer.ts';

const line = (text: string) => ({
  targetId: 't',
  namespace: 'shop',
  pod: 'web',
  container: 'app',
  time: '',
  text,
});

describe('plain printer', () => {
  it('writes whole lines in the order of the calls, through a slow reader', async () => {
    const stream = new PassThrough({ highWaterMark: 10 });
    const printer = createPlainPrinter(stream);
    const printed = Promise.all([printer.print([line('1'), line('2')]), printer.print([line('3')])]).then(
      () => stream.end(),
    );
    expect(await text(stream)).toBe('web app 1\nweb app 2\nweb app 3\n');
    await printed;
  });

  it('makes the caller wait while nobody reads', async () => {
    const written: (() => void)[] = [];
    const stream = new Writable({ highWaterMark: 1, write: (_, __, done) => void written.push(done) });
    const events: string[] = [];
    const printing = createPlainPrinter(stream)
      .print([line('1')])
      .then(() => events.push('printed'));
    await new Promise(setImmediate);
    events.push('read');
    written.shift()?.();
    await printing;
    expect(events).toEqual(['read', 'printed']);
  });

  it('waits for nobody when the reader is gone', async () => {
    const stream = new Writable({ highWaterMark: 1, write: (_, __, done) => done(new Error('EPIPE')) });
    const printer = createPlainPrinter(stream);
    await printer.print([line('1')]);
    await printer.print([line('2')]);
    expect(printer.closed.aborted).toBe(true);
  });
});
