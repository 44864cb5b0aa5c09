import { describe, expect, it } from 'vitest';
import { followPods, type PodListener } from '../../../src/logs/follow-pods.ts';
import type { UnnumberedLine } from '../../../src/logs/log-line.ts';
import { type LogQueryOptions, parseLogQuery } from '../../../src/logs/query.ts';
import type { PodObserved } from '../../../src/session/observed.ts';
import { container, hastyClock, logServer, stamped, textsOf } from './log-server.ts';

const forever = new AbortController().signal;
const options: LogQueryOptions = {
  ...{ container: '.*', excludeContainer: [], include: [], exclude: [], since: '48h', tail: '-1' },
  ...{ follow: true, output: 'default', color: 'auto' },
};

const pod = (name: string, state: 'running' | 'terminated'): PodObserved => ({
  ...{ namespace: 'shop', name, uid: `uid-${name}`, labels: {}, mine: false, phase: 'Running', ready: true },
  ...{
    deleting: false,
    createdAt: 0,
    containers: [container({ state, containerId: `containerd://${name}` })],
  },
});

/** Follows pods that `tell` tells of, until the signal. */
async function run(
  query: string,
  more: Partial<LogQueryOptions>,
  tell: (listener: PodListener) => void,
  signal = forever,
  onLine: (line: UnnumberedLine) => void = () => {},
) {
  const lines: UnnumberedLine[] = [];
  const markers: string[] = [];
  const { open, asked } = await logServer((response, _, request) => {
    response.end(stamped(`of ${request.url?.split('/')[6]}`));
  });
  const outcome = await followPods(
    {
      ...{ open, query: parseLogQuery(query, { ...options, ...more }), clock: hastyClock },
      async watchPods(listener, watching) {
        tell(listener);
        await new Promise((resolve) => watching.addEventListener('abort', resolve));
      },
      onLines(some) {
        lines.push(...some);
        some.forEach(onLine);
      },
      onMarker: ({ sign, pod }) => void markers.push(`${sign} ${pod}`),
    },
    signal,
  ).then(
    () => 'resolved',
    (error: Error) => error.message,
  );
  return { lines, markers, asked, outcome };
}

describe('follow pods', () => {
  it('reads once what is there and ends, without --follow', async () => {
    const { lines, markers, asked, outcome } = await run('web', { follow: false, tail: '5' }, (listener) => {
      for (const name of ['web-1', 'db', 'web-2']) listener.onUpsert(pod(name, 'running'));
      listener.onListed();
    });
    expect(outcome).toBe('resolved');
    expect(textsOf(lines).sort()).toEqual(['of web-1', 'of web-2']);
    expect(markers.sort()).toEqual(['+ web-1', '+ web-2', '- web-1', '- web-2']);
    expect(asked.map((query) => [query.get('follow'), query.get('tailLines')])).toEqual([
      ['false', '5'],
      ['false', '5'],
    ]);
  });

  it('ends without --follow when nothing matches', async () => {
    const { outcome, lines } = await run('web', { follow: false }, (listener) => listener.onListed());
    expect([outcome, lines]).toEqual(['resolved', []]);
  });

  it('reads pods that come later from their first line, whatever --tail and --since say', async () => {
    const stop = new AbortController();
    const { lines, asked, outcome } = await run(
      ...(['web', { tail: '0', since: '1s' }] as const),
      (listener) => {
        listener.onListed();
        listener.onUpsert(pod('web-1', 'terminated'));
        listener.onUpsert(pod('web-1', 'terminated'));
      },
      stop.signal,
      () => stop.abort(new Error('enough')),
    );
    expect(outcome).toBe('enough');
    expect(textsOf(lines)).toEqual(['of web-1']);
    expect([asked[0]?.has('tailLines'), asked[0]?.has('sinceTime')]).toEqual([false, false]);
  });

  it('shows only lines and containers that are wanted', async () => {
    const { lines, asked } = await run(
      '',
      { follow: false, exclude: ['web-1'], container: 'app' },
      (listener) => {
        listener.onUpsert(pod('web-1', 'terminated'));
        listener.onUpsert({ ...pod('web-2', 'terminated'), containers: [container({ name: 'other' })] });
        listener.onUpsert(pod('web-3', 'terminated'));
        listener.onListed();
      },
    );
    expect(textsOf(lines)).toEqual(['of web-3']);
    expect(asked).toHaveLength(2);
  });
});
