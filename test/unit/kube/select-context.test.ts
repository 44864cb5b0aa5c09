import { describe, expect, it } from 'vitest';
import { selectContext } from '../../../src/kube/select-context.ts';

const context = (name: string) => ({
  name,
  cluster: name,
  server: 'https://there',
  namespace: 'default',
  extensions: [],
});
const loaded = {
  files: ['/home/me/.kube/config'],
  currentContext: 'minikube',
  contexts: [context('minikube'), context('kind-a')],
};

describe('selectContext', () => {
  it('takes the named context, else the current one', () => {
    expect(selectContext(loaded, 'kind-a').name).toBe('kind-a');
    expect(selectContext(loaded, undefined).name).toBe('minikube');
  });

  it.each([
    ['minikub', loaded, 'UNKNOWN_CONTEXT', 'Did you mean "minikube"?'],
    ['production', loaded, 'UNKNOWN_CONTEXT', 'Known are: minikube, kind-a.'],
    [undefined, { ...loaded, currentContext: 'gone' }, 'UNKNOWN_CONTEXT', 'Known are: minikube, kind-a.'],
    [undefined, { files: loaded.files, contexts: loaded.contexts }, 'NO_CONTEXT', '--context'],
    ['any', { ...loaded, contexts: [] }, 'UNKNOWN_CONTEXT', 'no context at all'],
  ])('says of %j what to do', (name, known, code, hint) => {
    expect(() => selectContext(known, name)).toThrow(
      expect.objectContaining({
        failures: [expect.objectContaining({ code, hint: expect.stringContaining(hint) })],
      }),
    );
  });
});
