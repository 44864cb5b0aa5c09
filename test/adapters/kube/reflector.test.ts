import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KubeError, KubeUnreachable } from '../../../src/kube/kube-client.ts';
import type { KubeObject } from '../../../src/kube/kube-object.ts';
import { type ReflectorTiming, reflect } from '../../../src/kube/reflector.ts';
import { clientOf, json, startApiServer, status } from './api-server.ts';

const path = '/api/v1/namespaces/shop/pods';

describe('reflect', () => {
  it('tells every object of all pages, then each change', async () => {
    const { told, lists, watches, heard } = await start();
    await lists.answer(list('5', [pod('a', '1')], { continue: 'more' }), (query) =>
      expect(query.get('limit')).toBe('500'),
    );
    await lists.answer(list('5', [pod('b', '2')]), (query) => expect(query.get('continue')).toBe('more'));
    const watch = await watches.next();
    expect(Object.fromEntries(watch.query)).toMatchObject({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '5',
    });
    watch.send(
      frame('ADDED', pod('c', '6')),
      frame('MODIFIED', pod('a', '7')),
      frame('DELETED', pod('b', '8')),
    );
    await heard(6);
    expect(told).toEqual(['+a@1', '+b@2', 'found', '+c@6', '+a@7', '-b']);
  });

  it('puts frames together that were cut anywhere, within characters too', async () => {
    const { told, lists, watches, heard } = await start();
    await lists.answer(list('1', []));
    const watch = await watches.next();
    const bytes = Buffer.from(`${JSON.stringify(frame('ADDED', pod('größe', '2')))}\n`);
    for (const byte of bytes) {
      watch.response.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    await heard(2);
    expect(told).toEqual(['found', '+größe@2']);
  });

  it('goes on from the last version when the apiserver ends a watch, bookmarks counting', async () => {
    const { told, lists, watches } = await start();
    await lists.answer(list('1', []));
    const watch = await watches.next();
    watch.send(frame('ADDED', pod('a', '2')), {
      type: 'BOOKMARK',
      object: { metadata: { resourceVersion: '9' } },
    });
    watch.response.end();
    const second = await watches.next();
    expect(second.query.get('resourceVersion')).toBe('9');
    expect(told).toEqual(['found', '+a@2']);
  });

  it('tells after a gap what was deleted in it and what was made anew under the same name', async () => {
    const { told, lists, watches, heard } = await start();
    await lists.answer(list('5', [pod('a', '1'), pod('b', '2'), pod('c', '3')]));
    (await watches.next()).response.destroy();
    await lists.answer(list('9', [pod('c', '3'), pod('b', '8', 'another')]));
    await heard(7);
    expect(told).toEqual(['+a@1', '+b@2', '+c@3', 'found', '-b', '+b@8', '-a']);
  });

  it('keeps what it knows when a list breaks off between its pages', async () => {
    const { told, lists, watches } = await start();
    await lists.answer(list('5', [pod('a', '1'), pod('b', '2')]));
    (await watches.next()).response.destroy();
    await lists.answer(list('9', [pod('a', '1')], { continue: 'more' }));
    json((await lists.next()).response, status(500, 'InternalError', 'etcd'), 500);
    await lists.answer(list('9', [pod('a', '1'), pod('b', '2')]));
    await watches.next();
    expect(told).toEqual(['+a@1', '+b@2', 'found', 'lost', 'found']);
  });

  it.each([
    ['as an answer', (watch: Asked) => json(watch.response, status(410, 'Expired', 'too old'), 410)],
    [
      'as a frame',
      (watch: Asked) => watch.send({ type: 'ERROR', object: status(410, 'Expired', 'too old') }),
    ],
  ])('lists anew at once when its version is too old, told %s', async (how, expire) => {
    const { told, lists, watches, waits } = await start({ refuseWatches: how === 'as an answer' });
    await lists.answer(list('5', [pod('a', '1')]));
    expire(await watches.next());
    await lists.answer(list('9', [pod('a', '8')]));
    await watches.next();
    expect(told).toEqual(['+a@1', 'found', '+a@8']);
    expect(waits).toEqual([]);
  });

  it('waits longer and longer while every attempt fails, and starts over after a good watch', async () => {
    const { lists, watches, waits, heard, told } = await start();
    await lists.answer(list('5', []));
    for (let i = 0; i < 3; i++) {
      (await watches.next()).send({ type: 'ERROR', object: status(500, 'InternalError', 'etcd') });
      await lists.answer(list('5', []));
    }
    const good = await watches.next();
    good.send(frame('ADDED', pod('a', '6')));
    await heard(2);
    good.response.destroy();
    await lists.answer(list('7', [pod('a', '6')]));
    await watches.next();
    expect(waits).toEqual([1, 2, 3, 1]);
    expect(told).toEqual(['found', '+a@6']);
  });

  it('does not hammer an apiserver that ends every watch at once', async () => {
    const { lists, watches, waits } = await start();
    for (let i = 0; i < 3; i++) {
      await lists.answer(list('5', []));
      (await watches.next()).response.end();
    }
    await lists.next();
    expect(waits).toEqual([1, 2, 3]);
  });

  it('tells lost and found when the apiserver goes away and comes back', async () => {
    const { told, errors, lists, watches, stopServer, heard } = await start();
    await lists.answer(list('5', [pod('a', '1')]));
    await watches.next();
    const startServer = await stopServer();
    await heard(4);
    await startServer();
    await lists.answer(list('9', []));
    await watches.next();
    expect(errors[0]).toBeInstanceOf(KubeUnreachable);
    expect(told.slice(0, 4)).toEqual(['+a@1', 'found', 'lost', 'lost']);
    expect(told.slice(-2)).toEqual(['-a', 'found']);
  });

  it('goes on asking when it is refused', async () => {
    const { told, errors, lists, watches } = await start();
    json((await lists.next()).response, status(403, 'Forbidden', 'pods is forbidden'), 403);
    await lists.answer(list('5', [pod('a', '1')]));
    await watches.next();
    expect(told).toEqual(['lost', '+a@1', 'found']);
    expect(errors[0]).toBeInstanceOf(KubeError);
  });

  it('takes a connection for dead that is silent past the end of its watch', async () => {
    const { lists, watches } = await start({ timing: { watchSeconds: 0, graceMs: 50 } });
    await lists.answer(list('5', []));
    const watch = await watches.next();
    const closed = new Promise((resolve) => watch.response.once('close', resolve));
    await lists.answer(list('5', []));
    await closed;
  });

  it.each([
    ['cut within a frame', (watch: Asked) => watch.response.end('{"type":"ADDED","obj')],
    ['no JSON', (watch: Asked) => watch.response.end('<html>\n')],
    ['reset', (watch: Asked) => watch.response.socket?.resetAndDestroy()],
  ])('recovers from a watch that is %s', async (_, damage) => {
    const { told, lists, watches } = await start();
    await lists.answer(list('5', []));
    const watch = await watches.next();
    watch.send(frame('ADDED', pod('a', '6')));
    damage(watch);
    await lists.answer(list('7', [pod('a', '6')]));
    await watches.next();
    expect(told.filter((word) => word !== 'lost')).toEqual(['found', '+a@6']);
  });

  it('resolves with the signal: while listing, watching and waiting, and ends its connections', async () => {
    const listing = await start();
    const asked = await listing.lists.next();
    const ended = new Promise((resolve) => asked.response.once('close', resolve));
    listing.stop();
    await listing.done;
    await ended;

    const watching = await start();
    await watching.lists.answer(list('5', []));
    const watch = await watching.watches.next();
    const closed = new Promise((resolve) => watch.response.once('close', resolve));
    watching.stop();
    await watching.done;
    await closed;

    const waiting = await start({ timing: { backoff: () => 1e9 } });
    json((await waiting.lists.next()).response, status(500, 'InternalError', 'etcd'), 500);
    await waiting.heard(1);
    waiting.stop();
    await waiting.done;
  });

  it('rejects with what a listener throws', async () => {
    const { lists, done } = await start({
      onUpsert: () => {
        throw new Error('a bug');
      },
    });
    await lists.answer(list('5', [pod('a', '1')]));
    await expect(done).rejects.toThrow('a bug');
  });
});

interface Asked {
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
  send(...frames: object[]): void;
}

/** A reflector, and both ends of what it asks: lists and watches are answered by the test, one by one. */
async function start(
  options: { timing?: Partial<ReflectorTiming>; onUpsert?: () => void; refuseWatches?: boolean } = {},
) {
  const lists = createQueue();
  const watches = createQueue();
  const handler = (request: IncomingMessage, response: ServerResponse) => {
    const asked = askedOf(request, response);
    if (!asked.query.has('watch')) return lists.push(asked);
    if (!options.refuseWatches) response.flushHeaders();
    watches.push(asked);
  };
  const api = await startApiServer(handler);
  const stopServer = async () => {
    await api.stop();
    return () => startApiServer(handler, { port: Number(new URL(api.url).port) });
  };
  const told: string[] = [];
  const errors: Error[] = [];
  const waits: number[] = [];
  const controller = new AbortController();
  let changed = Promise.withResolvers<void>();
  const tell = (word: string) => {
    told.push(word);
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const backoff = (failures: number) => {
    waits.push(failures);
    return 0;
  };
  const done = reflect<KubeObject>(
    {
      client: await clientOf(api.url),
      path,
      onUpsert:
        options.onUpsert ?? (({ metadata }) => tell(`+${metadata?.name}@${metadata?.resourceVersion}`)),
      onDelete: ({ name }) => tell(`-${name}`),
      onLost(error) {
        errors.push(error);
        tell('lost');
      },
      onFound: () => tell('found'),
      timing: { backoff, ...options.timing },
    },
    controller.signal,
  );
  done.catch(() => {});
  onTestFinished(async () => {
    controller.abort();
    await done.catch(() => {});
  });
  const heard = async (count: number) => {
    while (told.length < count) await changed.promise;
  };
  return { told, errors, waits, lists, watches, done, heard, stopServer, stop: () => controller.abort() };
}

function createQueue() {
  const waiting: Asked[] = [];
  const takers: ((asked: Asked) => void)[] = [];
  const next = () =>
    new Promise<Asked>((resolve) => {
      const asked = waiting.shift();
      if (asked) resolve(asked);
      else takers.push(resolve);
    });
  return {
    push(asked: Asked) {
      const taker = takers.shift();
      if (taker) taker(asked);
      else waiting.push(asked);
    },
    next,
    async answer(body: object, check: (query: URLSearchParams) => void = () => {}) {
      const { query, response } = await next();
      check(query);
      json(response, body);
    },
  };
}

function askedOf(request: IncomingMessage, response: ServerResponse): Asked {
  const { searchParams } = new URL(request.url ?? '', 'http://localhost');
  return {
    query: searchParams,
    response,
    send: (...frames) => void response.write(frames.map((each) => `${JSON.stringify(each)}\n`).join('')),
  };
}

function pod(name: string, resourceVersion: string, uid = `uid-of-${name}`): KubeObject {
  return { metadata: { name, namespace: 'shop', uid, resourceVersion } };
}

function list(resourceVersion: string, items: KubeObject[], more: object = {}): object {
  return { kind: 'PodList', metadata: { resourceVersion, ...more }, items };
}

function frame(type: string, object: KubeObject): object {
  return { type, object };
}
