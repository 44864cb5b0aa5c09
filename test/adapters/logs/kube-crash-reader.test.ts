import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createKubeCrashReader } from '../../../src/logs/kube-crash-reader.ts';
import type { ContainerObserved } from '../../../src/session/observed.ts';
import { json, status } from '../kube/api-server.ts';
import { type Answer, container, hastyClock, logServer, stamped, target } from './log-server.ts';

const forever = new AbortController().signal;
const ended = { containerId: 'containerd://a', exitCode: 1, at: 0 };
/** The instance a has ended, and nothing came after it. */
const over = container({ state: 'terminated', exitCode: 1, ended });
/** The instance b runs in its place. */
const replaced = container({ containerId: 'containerd://b', restarts: 1, ended });
const lines = (...texts: string[]) => texts.map((text) => stamped(text)).join('');

async function reader(now: () => ContainerObserved | undefined, ...answers: Answer[]) {
  const { open, asked } = await logServer(...answers);
  const { lastLines } = createKubeCrashReader({ open, containerNow: now, clock: hastyClock });
  return { lastLines, asked };
}

describe('kube crash reader', () => {
  it('reads the last lines of an instance that nothing followed, without terminal escapes', async () => {
    const { lastLines, asked } = await reader(
      () => over,
      (response) => response.end(`${lines('one')}${stamped('\x1b[31mboom\x1b[0m').trim()}`),
    );
    expect(await lastLines(target(), forever)).toEqual(['one', 'boom']);
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({ container: 'app', tailLines: '20' });
    expect(asked[0]?.has('previous')).toBe(false);
  });

  it('asks for the instance before when another one runs', async () => {
    const { lastLines, asked } = await reader(
      () => replaced,
      (response) => response.end(lines('boom')),
    );
    expect(await lastLines(target(), forever)).toEqual(['boom']);
    expect(asked[0]?.get('previous')).toBe('true');
  });

  it('does not take the lines of the next instance when a restart comes between the look and the read', async () => {
    let now = over;
    const { lastLines } = await reader(
      () => now,
      (response) => {
        now = replaced;
        response.end(lines('hello, I am new'));
      },
      (response, query) => response.end(lines(query.has('previous') ? 'boom' : 'hello, I am new')),
    );
    expect(await lastLines(target(), forever)).toEqual(['boom']);
  });

  it('has none when more instances came since, or the pod is gone', async () => {
    const later = container({
      containerId: 'containerd://c',
      ended: { ...ended, containerId: 'containerd://b' },
    });
    for (const now of [later, undefined]) {
      const { lastLines, asked } = await reader(
        () => now,
        (response) => response.end(lines('of another')),
      );
      expect(await lastLines(target(), forever)).toEqual([]);
      expect(asked).toEqual([]);
    }
  });

  it('has none when the kubelet has thrown the log away, and tries again what passes', async () => {
    const gone = await reader(
      () => over,
      (response) => json(response, status(404, 'NotFound', 'pods "web" not found'), 404),
    );
    expect(await gone.lastLines(target(), forever)).toEqual([]);
    const busy = await reader(
      () => over,
      (response) => json(response, status(503, 'ServiceUnavailable', 'busy'), 503),
      (response) => response.end(lines('boom')),
    );
    expect(await busy.lastLines(target(), forever)).toEqual(['boom']);
  });

  it('keeps twenty lines of what a program cries', async () => {
    const all = Array.from({ length: 50 }, (_, index) => `${index}`);
    const { lastLines } = await reader(
      () => over,
      (response) => response.end(lines(...all)),
    );
    expect(await lastLines(target(), forever)).toEqual(all.slice(30));
  });

  it('ends with the signal, in the middle of a read', async () => {
    const controller = new AbortController();
    const closed = Promise.withResolvers<void>();
    const { lastLines } = await reader(
      () => over,
      (response) => {
        void once(response, 'close').then(() => closed.resolve());
        response.write(lines('one'), () => controller.abort(new Error('stop')));
      },
    );
    await expect(lastLines(target(), controller.signal)).rejects.toThrow();
    await closed.promise;
  });
});
