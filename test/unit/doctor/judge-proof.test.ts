import { expect, test } from 'vitest';
import { judgeProof, type ProofPod } from '../../../src/doctor/judge-proof.ts';

const on = (nodeName: string, state: object): ProofPod => ({
  pod: {
    metadata: { name: 'x' },
    spec: { nodeName },
    status: { phase: 'Pending', containerStatuses: [{ state }] },
  },
  ms: 700,
});
const there = (node: string) => on(node, { terminated: { reason: 'StartError' } });
const missing = (node: string) => on(node, { waiting: { reason: 'ErrImageNeverPull' } });
const silent = (node: string) => on(node, { waiting: { reason: 'ContainerCreating' } });
const direct = { builtMs: 200, deliveredMs: 0 };

test.each<[string, ProofPod[], string, string]>([
  [
    'one node',
    [there('a')],
    'ok',
    'a new image gets to the node: built in 0.2 s, its container made in 0.7 s',
  ],
  ['all of several', [there('a'), there('b')], 'ok', 'a new image gets to all 2 nodes'],
  [
    'one of several lacks it',
    [there('a'), missing('b')],
    'fail',
    'b does not run images from the Docker Engine',
  ],
  ['one of several is silent', [there('a'), silent('b')], 'warn', 'gets to a: built'],
  ['nobody says anything', [silent('a')], 'fail', 'no node says why: a (ContainerCreating)'],
  [
    'a pod is refused',
    [{ refused: 'exceeded quota', ms: 0 }],
    'warn',
    'not proven: the cluster does not take the pod',
  ],
])('%s', (_, pods, status, words) => {
  const finding = judgeProof(pods, direct);
  expect(finding.status).toBe(status);
  expect(finding.found).toContain(words);
});

test('the way is told with its time', () => {
  const way = { builtMs: 200, deliveredMs: 1500, way: 'kind load docker-image' };
  expect(judgeProof([there('a')], way).found).toContain(
    'built in 0.2 s, kind load docker-image in 1.5 s, its',
  );
  expect(judgeProof([missing('a')], way).found).toContain('a cannot run a new image that came by kind load');
});
