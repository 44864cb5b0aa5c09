import type { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { watchPorts } from '../../../src/forward/port-watch.ts';
import type { EventBody } from '../../../src/session/events.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { createTargets, dialLoopback, serve, spec, until } from './forwarding.ts';

/** A pod on a port where nobody listens, and a client that was refused by it. */
async function refused() {
  const server = await serve((socket) => socket.end());
  const { port } = server;
  await new Promise((resolve) => server.close(resolve));
  const clock = createManualClock();
  const targets = createTargets();
  targets.set('web-1', port);
  const events: EventBody[] = [];
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const emit = (event: EventBody) => void events.push(event);
  const dials: Duplex[] = [];
  let broken = false;
  const counted: typeof dialLoopback = async (target, signal) => {
    const stream = await dialLoopback(target, signal);
    if (broken) queueMicrotask(() => stream.destroy(Object.assign(new Error('reset'), { code: 'FAILED' })));
    dials.push(stream);
    return stream;
  };
  const dial = watchPorts({ spec, targets, dial: counted, clock, emit }, controller.signal);
  const stream = await dial({ namespace: 'shop', pod: 'web-1', port }, controller.signal);
  stream.on('error', () => {});
  await until(() => clock.pending().length > 0);
  const breaks = () => {
    broken = true;
  };
  return { port, clock, targets, events, controller, dials, breaks };
}

/** Lets the clock go on, step by step, until the condition holds. */
async function tick(clock: ReturnType<typeof createManualClock>, holds: () => boolean): Promise<void> {
  await until(() => {
    if (holds()) return true;
    if (clock.pending().length === 1) clock.advance(50);
    return false;
  });
}

describe('a port that nobody listens on', () => {
  it('is told when it goes on refusing, and that it answers, though no client comes', async () => {
    const { port, clock, events } = await refused();
    await tick(clock, () => events.length === 1);
    const about = { namespace: 'shop', pod: 'web-1', uid: 'web-1', port };
    expect(events[0]).toMatchObject({ type: 'port.refused', forward: spec.id, ...about });
    expect(clock.now()).toBeGreaterThanOrEqual(1500);
    await serve((socket) => socket.resume(), port);
    await tick(clock, () => events.length === 2);
    expect(events[1]).toEqual({ type: 'port.answered', ...about });
  });

  it('is not told when it listens a moment later', async () => {
    const { port, clock, events, dials } = await refused();
    await serve((socket) => socket.write('hello'), port);
    await tick(clock, () => dials.length === 2 && clock.pending().length === 0);
    expect(events).toEqual([]);
  });

  it('is over also when the program breaks off what it takes', async () => {
    const { clock, events, breaks } = await refused();
    await tick(clock, () => events.length === 1);
    breaks();
    await tick(clock, () => events.length === 2);
    expect(events[1]).toMatchObject({ type: 'port.answered' });
  });

  it('is over when the forward leads elsewhere', async () => {
    const { port, clock, events, targets } = await refused();
    await tick(clock, () => events.length === 1);
    targets.set('web-2', port);
    await tick(clock, () => events.length === 2);
    expect(events[1]).toMatchObject({ type: 'port.answered', pod: 'web-1' });
  });

  it('is no longer watched after the signal', async () => {
    const { clock, events, controller } = await refused();
    await tick(clock, () => events.length === 1);
    controller.abort();
    await until(() => clock.pending().length === 0);
    expect(events).toHaveLength(1);
  });
});
