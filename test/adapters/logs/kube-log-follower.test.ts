import { once } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKubeLogFollower } from '../../../src/logs/kube-log-follower.ts';
import type { UnnumberedLine } from '../../../src/logs/log-line.ts';
import type { OpenLog } from '../../../src/logs/read-instance.ts';
import type { ContainerObserved } from '../../../src/session/observed.ts';
import { json, status } from '../kube/api-server.ts';
import { container, hastyClock, logServer, since, stamped, target, textsOf } from './log-server.ts';

const forever = new AbortController().signal;
const ended = container({ state: 'terminated', exitCode: 0 });
const next = container({ containerId: 'containerd://b', restarts: 1 });

/** A follower of a container that is as `now` says. */
function follower(open: OpenLog, now: () => ContainerObserved | undefined) {
  const lines: UnnumberedLine[] = [];
  const problems: string[] = [];
  const { follow } = createKubeLogFollower({
    ...{ open, clock: hastyClock, containerNow: now },
    onLines: (more) => void lines.push(...more),
    onProblem: (_, message) => void problems.push(message),
  });
  return { follow, lines, problems };
}

describe('kube log follower', () => {
  it('reads an instance from its first line to its last, the one without a line end included', async () => {
    const { open, asked } = await logServer((response) =>
      response.end(`${stamped('one')}${stamped('two').trim()}`),
    );
    const { follow, lines } = follower(open, () => ended);
    await follow(target(), forever);
    expect(textsOf(lines)).toEqual(['one', 'two']);
    expect(Object.fromEntries(asked[0] ?? [])).toEqual({
      container: 'app',
      follow: 'false',
      timestamps: 'true',
    });
  });

  it('delivers 10,000 lines once and in order through a server that cuts at random', async () => {
    const written = Array.from({ length: 10_000 }, (_, i) => stamped(`${i % 7} é`, Math.floor(i / 4)));
    const random = fc.sample(fc.record({ at: fc.nat(60_000), how: fc.nat(2) }), { numRuns: 200, seed: 7 });
    let now = container();
    const { open, asked } = await logServer((response, query) => {
      const bytes = Buffer.from(since(written, query).join(''));
      const cut = random[asked.length];
      if (cut === undefined || cut.at >= bytes.length) {
        now = ended;
        response.end(bytes);
      } else if (cut.how === 0) response.end(bytes.subarray(0, cut.at));
      else if (cut.how === 1)
        response.write(bytes.subarray(0, cut.at), () => response.socket?.resetAndDestroy());
      else response.write(bytes.subarray(0, cut.at), () => response.socket?.destroy());
    });
    const { follow, lines } = follower(open, () => now);
    await follow(target(), forever);
    expect(asked.length).toBeGreaterThan(8);
    expect(textsOf(lines)).toEqual(written.map((line) => line.slice(25, -1)));
  });

  it('goes on when the stream ends although the container runs', async () => {
    let now = container();
    const { open, asked } = await logServer(
      (response) => response.end(stamped('one')),
      (response) => {
        response.end(`${stamped('one')}${stamped('two')}`);
        now = ended;
      },
      (response) => response.end(`${stamped('one')}${stamped('two')}`),
    );
    const { follow, lines } = follower(open, () => now);
    await follow(target(), forever);
    expect(textsOf(lines)).toEqual(['one', 'two']);
    expect(asked.map((query) => query.get('follow'))).toEqual(['true', 'true', 'false']);
    expect(asked[1]?.get('sinceTime')).toBe('2027-01-15T07:59:59Z');
  });

  it.each([
    ['of a container that has said something', [stamped('one')]],
    ['of one that has said nothing yet', []],
  ])('opens a stream %s anew when it brings nothing for long: it may be dead', async (_, before) => {
    let now = container();
    const { open, asked } = await logServer(
      (response) => void before.forEach((line) => void response.write(line)),
      (response) => void before.forEach((line) => void response.write(line)),
      (response) => {
        now = ended;
        response.end([...before, stamped('two')].join(''));
      },
      (response) => response.end([...before, stamped('two')].join('')),
    );
    const { follow, lines, problems } = follower(open, () => now);
    await follow(target(), forever);
    expect(textsOf(lines)).toEqual([...before.map(() => 'one'), 'two']);
    expect(problems).toEqual([]);
    expect(asked.slice(0, 3).map((query) => query.get('follow'))).toEqual(['true', 'true', 'true']);
  });

  it('reads what is left of an instance that was restarted as the previous one', async () => {
    let now = container();
    const { open } = await logServer(
      (response) =>
        response.write(`${stamped('a1')}${stamped('a2').slice(0, 30)}`, () => response.socket?.destroy()),
      (response, query) => {
        response.end(query.get('previous') ? `${stamped('a1')}${stamped('a2')}` : stamped('b1', 5));
        now = next;
      },
    );
    const { follow, lines } = follower(open, () => now);
    await follow(target(), forever);
    expect(textsOf(lines)).toEqual(['a1', 'a2']);
  });

  it('takes no line of the next instance as one of its own, when the restart was faster than the status', async () => {
    let now = container();
    const a = `${stamped('a1')}${stamped('a2', 1)}`;
    const b = `${stamped('b1', 2)}${stamped('b2', 3)}`;
    const { open } = await logServer((response, query) => {
      if (query.get('previous')) response.end(a);
      else if (now === next) response.end(b);
      else if (query.has('sinceTime')) {
        now = next;
        response.write(b);
      } else response.write(stamped('a1'), () => response.socket?.destroy());
    });
    const { follow, lines } = follower(open, () => now);
    await follow(target(), forever);
    expect(textsOf(lines)).toEqual(['a1', 'a2']);
  });

  it('repeats no line when the first read got the next instance already', async () => {
    let now = container();
    const { open } = await logServer((response, query) => {
      now = { ...next, state: 'terminated' };
      response.end(query.get('previous') ? stamped('a1') : stamped('b1', 5));
    });
    const { follow, lines } = follower(open, () => now);
    await Promise.all([follow(target(), forever), follow(target('containerd://b'), forever)]);
    expect(textsOf(lines).sort()).toEqual(['a1', 'b1']);
  });

  it('waits for a container that is about to start, and tells why once', async () => {
    const waiting = status(
      400,
      'BadRequest',
      'container "app" in pod "web" is waiting to start: ContainerCreating',
    );
    let now = container();
    const { open } = await logServer(
      (response) => json(response, waiting, 400),
      (response) => json(response, waiting, 400),
      (response) => {
        now = ended;
        response.end(stamped('one'));
      },
    );
    const { follow, lines, problems } = follower(open, () => now);
    await follow(target(), forever);
    expect(textsOf(lines)).toEqual(['one']);
    expect(problems).toEqual([expect.stringContaining('ContainerCreating')]);
  });

  it.each([
    [404, 'pods "web" not found'],
    [400, 'previous terminated container "app" in pod "web" not found'],
    [400, 'container app is not valid for pod web'],
  ])('ends when there is nothing to read: %i %s', async (code, message) => {
    const { open, asked } = await logServer((response) => json(response, status(code, '', message), code));
    await follower(open, () => container()).follow(target(), forever);
    expect(asked).toHaveLength(1);
  });

  it('asks nothing when the pod is gone: another may have its name', async () => {
    const { open, asked } = await logServer((response) => response.end(stamped('another')));
    await follower(open, () => undefined).follow(target(), forever);
    expect(asked).toHaveLength(0);
  });

  it('takes what the kubelet says in place of a log for no line, and reads again', async () => {
    let now = container();
    const { open } = await logServer(
      (response) => response.end('failed to create fsnotify watcher: too many open files'),
      (response) => {
        now = ended;
        response.end(stamped('one'));
      },
    );
    const { follow, lines, problems } = follower(open, () => now);
    await follow(target(), forever);
    expect(textsOf(lines)).toEqual(['one']);
    expect(problems).toEqual(['failed to create fsnotify watcher: too many open files']);
  });

  it('reads no faster than its lines are taken', async () => {
    const chunk = stamped('x'.repeat(60_000));
    const total = 1_000;
    let sent = 0;
    const full = Promise.withResolvers<void>();
    const { open } = await logServer(async (response) => {
      while (sent < total) {
        sent++;
        if (response.write(chunk)) continue;
        full.resolve();
        await once(response, 'drain');
      }
      response.end();
    });
    const taken = Promise.withResolvers<void>();
    let bytes = 0;
    const { follow } = createKubeLogFollower({
      ...{ open, clock: hastyClock, containerNow: () => ended },
      async onLines(lines) {
        for (const { text } of lines) bytes += text.length;
        await taken.promise;
      },
    });
    const following = follow(target(), forever);
    await full.promise;
    expect(sent).toBeLessThan(total);
    taken.resolve();
    await following;
    expect(bytes).toBe(total * 60_000);
  });

  it('stops at once when it is told to', async () => {
    const asked = Promise.withResolvers<void>();
    const { open } = await logServer((response) => response.write(stamped('one'), () => asked.resolve()));
    const stop = new AbortController();
    const { follow } = follower(open, () => container());
    const following = follow(target(), stop.signal);
    const queued = follow(target('containerd://b'), stop.signal);
    await asked.promise;
    stop.abort(new Error('enough'));
    await expect(following).rejects.toThrow('enough');
    await expect(queued).rejects.toThrow('enough');
    await expect(follow(target(), stop.signal)).rejects.toThrow('enough');
  });
});
