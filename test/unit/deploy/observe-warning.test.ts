import { describe, expect, it } from 'vitest';
import { observeNode } from '../../../src/deploy/observe-node.ts';
import { observeWarning, type RawEvent } from '../../../src/deploy/observe-warning.ts';

const event = (over: Partial<RawEvent> = {}, about: Partial<RawEvent['involvedObject']> = {}): RawEvent => ({
  metadata: { name: 'web-1.18', namespace: 'shop' },
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'u1', ...about },
  ...{ type: 'Warning', reason: 'Unhealthy', message: 'Readiness probe failed: no\n' },
  ...over,
});

describe('observeWarning', () => {
  it('gives what was said, of what, and how often', () => {
    const said = event(
      {
        count: 4,
        lastTimestamp: '2026-11-26T02:00:10Z',
        firstTimestamp: '2026-11-26T02:00:00Z',
        source: { component: 'kubelet' },
      },
      { fieldPath: 'spec.containers{main}' },
    );
    expect(observeWarning(said)).toEqual({
      ...{ about: 'Pod/shop/web-1', uid: 'u1', reason: 'Unhealthy', message: 'Readiness probe failed: no' },
      ...{ source: 'kubelet', container: 'main', count: 4, at: Date.UTC(2026, 10, 26, 2, 0, 10) },
    });
  });

  it('reads the newer form, with a series', () => {
    const series = { count: 3, lastObservedTime: '2026-11-26T02:00:20.5Z' };
    const said = event({ series, eventTime: '2026-11-26T02:00:00Z', reportingComponent: 'controller' });
    expect(observeWarning(said)).toMatchObject({
      ...{ count: 3, at: Date.UTC(2026, 10, 26, 2, 0, 20, 500), source: 'controller' },
    });
  });

  it.each([
    ['of a kind that runs nothing', event({}, { kind: 'Ingress' })],
    ['that comes with every restart', event({ reason: 'BackOff' })],
    ['that the status of the pod tells better', event({ reason: 'FailedScheduling' })],
  ])('leaves out one %s', (_, said) => {
    expect(observeWarning(said)).toBeUndefined();
  });

  it('keeps a long message short', () => {
    expect(observeWarning(event({ message: 'x'.repeat(5000) }))?.message).toHaveLength(1024);
  });
});

describe('observeNode', () => {
  it.each([
    [[{ type: 'Ready', status: 'True', reason: 'KubeletReady' }], { ready: true }],
    [
      [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'silent' }],
      { ready: false, reason: 'NodeStatusUnknown', message: 'silent' },
    ],
    [[], { ready: false, reason: 'its kubelet has not said anything yet' }],
  ])('%j', (conditions, expected) => {
    const node = { metadata: { name: 'one' }, status: { conditions } };
    expect(observeNode(node)).toEqual({ name: 'one', unschedulable: false, ...expected });
  });
});
