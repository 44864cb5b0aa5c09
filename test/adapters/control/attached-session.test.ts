import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { attachSession } from '../../../src/control/attached-session.ts';
import { type ControlClient, connectNodeControl } from '../../../src/control/node-control-client.ts';
import { type ControlServer, createNodeControlServer } from '../../../src/control/node-control-server.ts';
import { createSessionHandlers } from '../../../src/control/session-handlers.ts';
import { createLogStore } from '../../../src/logs/log-store.ts';
import { createSession, type Session } from '../../../src/session/kernel.ts';
import { pod } from '../../support/events.ts';
import { scriptedPorts } from '../../support/scripted-ports.ts';

const never = new AbortController().signal;
let folder: string;
let session: Session;
let server: ControlServer;
let client: ControlClient;
const kept = { lines: 1000, bytes: 1 << 20 };
let logs = createLogStore(kept);
const line = (text: string) => ({
  targetId: 'u/c',
  namespace: 'shop',
  pod: 'web-1',
  container: 'web',
  time: '',
  text,
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rp-attach-'));
  logs = createLogStore(kept);
  const ports = scriptedPorts();
  session = createSession({ ports, chooseTarget: () => undefined });
  const handlers = createSessionHandlers({ session, logs, clock: ports.clock, check: async () => ({}) });
  server = await createNodeControlServer({ address: join(folder, 'own', 'a.sock'), handlers });
  client = await connectNodeControl(server.address);
  session.dispatch({ type: 'session.started', app: 'shop', context: 'minikube', namespace: 'shop' });
  logs.append([line('before')]);
  await expect.poll(() => session.state().phase).toBe('running');
});

afterEach(async () => {
  await session.close('over');
  client.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const join_ = () => attachSession({ client, clock: scriptedPorts().clock, kept, onLines: () => {} }, never);

test('the state, what becomes of it and the holds are the same on both sides; lines come, old ones too', async () => {
  const attached = await join_();
  expect(attached.session.state()).toEqual(session.state());
  const seen: string[] = [];
  attached.session.subscribe((event, before, after) => seen.push(`${event.type} ${before !== after}`));
  const running = attached.run();
  session.dispatch({ type: 'pod.observed', pod: pod() });
  logs.append([line('after')]);
  await expect.poll(() => attached.session.state()).toEqual(session.state());
  expect(attached.session.holds()).toEqual(session.holds());
  expect(seen).toContain('pod.observed true');
  const texts = () => attached.logs.window({ passes: () => true, count: 9 }).map(({ text }) => text);
  await expect.poll(texts).toEqual(['before', 'after']);
  attached.session.dispatch({ type: 'session.stopping', reason: 'q' });
  await running;
  expect(attached.session.state().phase).toBe('stopping');
  expect(session.state().phase).toBe('running');
});

test('what is asked for here is done there, and nothing else', async () => {
  const attached = await join_();
  const running = attached.run();
  const generation = session.state().images['api']?.generation ?? 0;
  attached.session.dispatch({ type: 'rebuild.requested', images: ['api'] });
  await expect.poll(() => session.state().images['api']?.generation).toBe(generation + 1);
  attached.session.dispatch({ type: 'session.paused' });
  await expect.poll(() => attached.session.state().paused).toBe(true);
  attached.session.dispatch({ type: 'session.resumed' });
  await expect.poll(() => attached.session.state().paused).toBe(false);
  attached.session.dispatch({ type: 'lease.lost', holder: 'nobody' });
  attached.session.dispatch({ type: 'rebuild.requested', images: [] });
  await expect.poll(() => session.state().images['web']?.generation).toBe(2);
  expect(session.state().superseded).toBeUndefined();
  await attached.session.close('left');
  await running;
});

test('the end of the session, and its sudden death, end it', async () => {
  const one = await join_();
  const running = one.run();
  await session.close('asked on the screen');
  await running;
  expect(one.session.state().phase).toBe('stopping');
});

test('a session that is gone without a word ends it, too', async () => {
  const attached = await join_();
  const running = attached.run();
  await server.close();
  await running;
  expect(attached.session.state().phase).toBe('stopping');
});
