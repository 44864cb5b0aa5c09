import { describe, expect, it, onTestFinished } from 'vitest';
import { createLiveness, type LivenessTiming } from '../../../src/kube/liveness.ts';
import type { EventBody } from '../../../src/session/events.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { clientOf, json, startApiServer, status } from './api-server.ts';

describe('liveness', () => {
  it('an apiserver that goes is lost at once when somebody asks it, and found when it comes back', async () => {
    const { client, api, told, events, woken, startAgain } = await start({ quiet: 60_000 });
    await api.stop();
    await client.request({ method: 'GET', path: '/x' }).catch(() => {});
    await told(1);
    expect(events[0]).toMatchObject({
      type: 'cluster.lost',
      failure: {
        code: 'CLUSTER_LOST',
        message: expect.stringContaining('does not answer: connect ECONNREFUSED'),
      },
    });
    const wakes = woken();
    await startAgain();
    await told(2);
    expect(events[1]).toEqual({ type: 'cluster.found' });
    expect(woken()).toBe(wakes + 1);
  });

  it('an apiserver that takes connections and says nothing is lost without anybody asking', async () => {
    const { proxy, told, events } = await start();
    proxy.swallowAll();
    await told(1);
    expect(events[0]).toMatchObject({
      failure: { message: expect.stringContaining('does not answer: no answer within 1 s') },
    });
    proxy.restore();
    await told(2);
    expect(events[1]).toEqual({ type: 'cluster.found' });
  });

  it('one that answers with errors of its own is lost too', async () => {
    const { told, events, answerWith } = await start();
    answerWith(500);
    await told(1);
    expect(events[0]).toMatchObject({
      failure: { message: expect.stringMatching(/^the apiserver at .* answers with an error: etcd$/) },
    });
    answerWith(403);
    await told(2);
  });

  it('dead connections to a live apiserver: streams break off, nothing is told', async () => {
    const { client, proxy, events, reading } = await start();
    const { end } = await reading();
    proxy.swallow();
    await expect(end).rejects.toThrow('the connections were opened anew');
    await client.request({ method: 'GET', path: '/x' });
    expect(events).toEqual([]);
  });

  it('when a lost apiserver is found, streams break off, since nobody knows which of them lives', async () => {
    const { told, reading, answerWith } = await start();
    const { end } = await reading();
    answerWith(503);
    await told(1);
    answerWith(200);
    await told(2);
    await expect(end).rejects.toThrow('the connections were opened anew');
  });

  it('asks nothing while it hears', async () => {
    const { client, asked } = await start({ quiet: 2000 });
    await asked(1);
    const before = await asked(1);
    for (let turn = 0; turn < 20; turn += 1) {
      await client.request({ method: 'GET', path: '/x' });
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    expect(await asked(1)).toBe(before);
    await asked(before + 1);
  });

  it('ends with the signal, also in the midst of a question', async () => {
    const { stop, watching, proxy, told } = await start({ fresh: 60_000 });
    proxy.swallowAll();
    await Promise.race([told(1), new Promise((resolve) => setTimeout(resolve, 300))]);
    stop();
    await watching;
  });
});

/** A liveness that looks at a small apiserver through a proxy. */
async function start(timing: Partial<LivenessTiming> = {}) {
  let code = 200;
  let questions = 0;
  const changes = createChanges();
  const serve = (port?: number) =>
    startApiServer(
      (request, response) => {
        if (request.url === '/follow') return void response.write('x');
        if (request.url === '/probe') questions += 1;
        changes.change();
        json(response, status(code, 'Reason', 'etcd'), code);
      },
      port === undefined ? {} : { port },
    );
  const api = await serve();
  const apiPort = Number(new URL(api.url).port);
  const proxy = await startTcpProxy('127.0.0.1', apiPort);
  onTestFinished(() => proxy.close());
  // Where an apiserver is gone, nobody listens; a proxy always does.
  const client = await clientOf(`http://127.0.0.1:${timing.quiet === 60_000 ? apiPort : proxy.port}`);
  const events: EventBody[] = [];
  let woken = 0;
  const wake = () => {
    woken += 1;
  };
  const controller = new AbortController();
  const liveness = createLiveness({
    connections: client,
    path: '/probe',
    pauses: { wake },
    timing: { quiet: 50, kept: 1000, fresh: 1000, again: 20, ...timing },
  });
  const watching = liveness.watch((event) => {
    events.push(event);
    changes.change();
  }, controller.signal);
  onTestFinished(async () => {
    controller.abort();
    await watching;
  });
  await changes.until(() => questions > 0);
  return {
    client,
    api,
    proxy,
    events,
    watching,
    stop: () => controller.abort(),
    woken: () => woken,
    told: (count: number) => changes.until(() => events.length >= count),
    async asked(count: number) {
      await changes.until(() => questions >= count);
      return questions;
    },
    answerWith: (next: number) => {
      code = next;
    },
    startAgain: () => serve(apiPort),
    /** a stream that is open, and the promise of its end */
    async reading() {
      const chunks = (await client.stream({ method: 'GET', path: '/follow' }))[Symbol.asyncIterator]();
      await chunks.next();
      const end = chunks.next();
      end.catch(() => {});
      return { end };
    },
  };
}

function createChanges() {
  let changed = Promise.withResolvers<void>();
  return {
    change() {
      changed.resolve();
      changed = Promise.withResolvers();
    },
    async until(holds: () => boolean) {
      while (!holds()) await changed.promise;
    },
  };
}
