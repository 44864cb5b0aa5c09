import { expect, test } from 'vitest';
import { nameContext, nameContextIn } from '../../../src/session/name-context.ts';

test.each([
  ['kubectl delete pvc data -n shop', 'kind', 'kubectl --context kind delete pvc data -n shop'],
  ['`kubectl auth can-i patch pods` says', 'kind', '`kubectl --context kind auth can-i patch pods` says'],
  ['kubectl --context kind delete pod a', 'kind', 'kubectl --context kind delete pod a'],
  ['kubectl scale had changed spec.replicas', 'kind', 'kubectl scale had changed spec.replicas'],
  ['kubectl delete pod a', "my 'one'", `kubectl --context 'my '\\''one'\\''' delete pod a`],
])('%s', (text, context, expected) => {
  expect(nameContext(text, context)).toBe(expected);
});

test('a failure names it in what can be pasted, and not in what it tells', () => {
  const said = 'kubectl get of a thing';
  const failure = { code: 'X', subject: 'a', message: said, command: 'kubectl delete pod a' };
  expect(nameContextIn(failure, 'kind')).toEqual({
    ...failure,
    command: 'kubectl --context kind delete pod a',
  });
});
