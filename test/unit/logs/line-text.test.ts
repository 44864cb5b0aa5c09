import { describe, expect, it } from 'vitest';
import { type LineForm, lineText } from '../../../src/logs/line-text.ts';
import { markerText } from '../../../src/logs/log-marker.ts';
import { prefixColour } from '../../../src/logs/prefix-colour.ts';

const line = {
  targetId: 't',
  namespace: 'ns1',
  pod: 'pod1',
  container: 'container1',
  time: '2026-11-21T10:00:00.1Z',
  text: 'msg',
};
const plain: LineForm = {
  format: 'default',
  colour: false,
  timestamps: false,
  namespaces: false,
  terminal: false,
};

describe('printed lines', () => {
  it.each<[Partial<LineForm>, string]>([
    [{}, 'pod1 container1 msg'],
    [{ namespaces: true }, 'ns1 pod1 container1 msg'],
    [{ timestamps: true }, 'pod1 container1 2026-11-21T10:00:00.1Z msg'],
    [{ format: 'raw' }, 'msg'],
    [{ format: 'raw', timestamps: true }, '2026-11-21T10:00:00.1Z msg'],
    [{ format: 'json' }, '{"message":"msg","namespace":"ns1","podName":"pod1","containerName":"container1"}'],
    [{ colour: true }, '\x1b[92mpod1\x1b[0m \x1b[32mcontainer1\x1b[0m msg'],
  ])('%o', (form, expected) => expect(lineText(line, { ...plain, ...form })).toBe(expected));

  it.each<[string, Partial<LineForm>, string]>([
    ['a pipe gets what was written', {}, '\x1b[2J\x1b[31mred'],
    ['a terminal gets colours alone', { terminal: true, colour: true }, '\x1b[31mred\x1b[0m'],
    ['a terminal without colours gets text', { terminal: true }, 'red'],
  ])('%s', (_, form, expected) => {
    expect(lineText({ ...line, text: '\x1b[2J\x1b[31mred' }, { ...plain, format: 'raw', ...form })).toBe(
      expected,
    );
  });

  it('markers name what comes and goes', () => {
    const marker = {
      sign: '+',
      namespace: 'my-namespace',
      pod: 'my-pod',
      container: 'my-container',
    } as const;
    expect(markerText(marker, { colour: false, namespaces: false })).toBe('+ my-pod › my-container');
    expect(markerText(marker, { colour: false, namespaces: true })).toBe(
      '+ my-namespace my-pod › my-container',
    );
  });
});

describe('prefix colours', () => {
  const order = [96, 92, 95, 93, 94, 91];
  it.each(
    Object.entries({
      ...{
        stern: 3,
        foo: 5,
        bar: 4,
        pod1: 1,
        container1: 3,
        'my-pod': 5,
        nginx: 3,
        'web-0': 2,
        'web-1': 3,
        'web-2': 0,
      },
      ...{ 'api-0': 4, 'api-1': 5, 'api-2': 0, counter: 3, c: 0, 'query-0': 0, 'reader-0': 1 },
      ...{ 'nginx-cfbcb7b98-96xsv': 1, 'nginx-cfbcb7b98-29wn7': 2 },
    }),
  )('%s has the pair %i that stern gives it', (pod, index) => {
    expect(prefixColour(pod)).toEqual({ pod: order[index], container: (order[index] ?? 0) - 60 });
  });
});
