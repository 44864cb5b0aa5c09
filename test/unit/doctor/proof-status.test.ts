import { describe, expect, test } from 'vitest';
import { isSettled, type ProofStatus, proofOf } from '../../../src/doctor/proof-status.ts';

const pod = (container: object, more: object = {}): ProofStatus => ({
  metadata: { name: 'x' },
  status: { phase: 'Pending', containerStatuses: [container], ...more },
});
const waiting = (reason: string, message?: string) => pod({ state: { waiting: { reason, message } } });

describe('whether a node has the image of a pod', () => {
  test.each<[string, ProofStatus, string]>([
    [
      'a container that was made and could not start',
      pod({ containerID: 'containerd://1', state: {} }),
      'there',
    ],
    ['one that ended', pod({ state: { terminated: { reason: 'StartError' } } }), 'there'],
    ['one that runs', pod({ state: { running: {} } }), 'there'],
    ['one that the runtime could not start', waiting('RunContainerError'), 'there'],
    ['an image that is not there', waiting('ErrImageNeverPull', 'not present'), 'missing'],
    ['a pull that failed', waiting('ErrImagePull', 'connection refused'), 'missing'],
    ['a pull that is not tried for a while', waiting('ImagePullBackOff'), 'missing'],
    ['a name that the runtime does not take', waiting('InvalidImageName'), 'missing'],
    ['one that is being made', waiting('ContainerCreating'), 'unknown'],
    ['one that lacks a ConfigMap', waiting('CreateContainerConfigError'), 'unknown'],
    ['a pod that nobody looked at yet', { metadata: { name: 'x' } }, 'unknown'],
  ])('%s: %s', (_, status, expected) => {
    expect(proofOf(status).is).toBe(expected);
    expect(isSettled(status)).toBe(expected !== 'unknown');
  });

  test('says what the kubelet says', () => {
    expect(proofOf(waiting('ErrImagePull', 'connection refused'))).toEqual({
      is: 'missing',
      message: 'ErrImagePull: connection refused',
    });
  });

  test('says why a pod has no node', () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }];
    const status = { metadata: { name: 'x' }, status: { phase: 'Pending', conditions } };
    expect(proofOf(status)).toEqual({ is: 'unknown', message: '0/1 nodes are available' });
  });

  test('a pod that ended without a container has told all', () => {
    expect(
      isSettled({ metadata: { name: 'x' }, status: { phase: 'Failed', reason: 'DeadlineExceeded' } }),
    ).toBe(true);
  });
});
