import { expect, test } from 'vitest';
import { findInstance } from '../../../../src/sandbox/kubelet/logs/find-instance.ts';
import { createInstanceLog } from '../../../../src/sandbox/kubelet/logs/instance-log.ts';
import { logOptions } from '../../../../src/sandbox/kubelet/logs/log-options.ts';
import { sendLog } from '../../../../src/sandbox/kubelet/logs/send-log.ts';

const line = (text: string, partial = false) => ({
  at: new Date(0),
  stream: 'stdout' as const,
  text,
  partial,
});
const { signal } = new AbortController();

async function sent(log: ReturnType<typeof createInstanceLog>, query: string) {
  let text = '';
  const send = async (bytes: Buffer) => {
    text += bytes.toString();
  };
  await sendLog(log, logOptions(new URLSearchParams(query), 0), send, signal);
  return text;
}

test('the log holds no more than its bound, and always its last line', async () => {
  const log = createInstanceLog(0, 1000);
  for (let count = 0; count < 100; count += 1) log.add(line(`line ${count}`));
  expect(log.range().to - log.range().from).toBeLessThan(10);
  expect(await sent(log, 'tailLines=1')).toBe('line 99\n');
  log.add(line('x'.repeat(5000)));
  expect((await sent(log, '')).length).toBe(5001);
});

test('a line in pieces is one line with one time', async () => {
  const log = createInstanceLog(0);
  log.add(line('first ', true));
  log.add(line('second'));
  expect(await sent(log, 'timestamps=true')).toBe('1970-01-01T00:00:00.000000000Z first second\n');
});

test('a reader that was overtaken goes on with what is kept', async () => {
  const log = createInstanceLog(0);
  log.add(line('one'));
  const following = sent(log, 'follow=true');
  await Promise.resolve();
  log.add(line('two'));
  log.rotate();
  log.add(line('three'));
  log.end();
  expect(await following).toBe('one\nthree\n');
});

test.each([
  ['tailLines=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
  [
    'tailLines=-1',
    'PodLogOptions "" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
  ],
  ['limitBytes=0', 'PodLogOptions "" is invalid: limitBytes: Invalid value: 0: must be greater than 0'],
  ['sinceSeconds=0', 'PodLogOptions "" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0'],
  ['sinceTime=yesterday', 'parsing time "yesterday": cannot parse it as RFC 3339'],
  [
    'sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z',
    'at most one of `sinceTime` or `sinceSeconds` may be specified',
  ],
])('%s is refused', (query, message) => {
  expect(() => logOptions(new URLSearchParams(query), 0)).toThrow(message);
});

const ended = { containerID: 'x', exitCode: 1 } as never;
test.each([
  [{ running: {} }, {}, false, 'current'],
  [{ terminated: ended }, {}, false, 'current'],
  [{ waiting: { reason: 'CrashLoopBackOff' } }, { terminated: ended }, false, 'previous'],
  [{ running: {} }, { terminated: ended }, true, 'previous'],
  [{ running: {} }, {}, true, 'previous terminated container "c" in pod "p" not found'],
  [{ waiting: { reason: 'ContainerCreating' } }, {}, false, 'is waiting to start: ContainerCreating'],
  [{ waiting: { reason: 'ErrImagePull' } }, {}, false, "is waiting to start: image can't be pulled"],
  [{}, {}, false, 'is waiting to start - no logs yet'],
] as const)('%j after %j, previous %s: %s', (state, lastState, previous, expected) => {
  const find = () => findInstance('p', 'c', { state, lastState } as never, previous);
  if (expected.includes(' ')) expect(find).toThrow(expected);
  else expect(find()).toBe(expected);
});
