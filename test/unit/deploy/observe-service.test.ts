import { describe, expect, it } from 'vitest';
import { observeService } from '../../../src/deploy/observe-service.ts';

describe('observeService', () => {
  it('gives selector and ports; a port without a target leads to the same port', () => {
    const ports = [
      { name: 'http', port: 80, targetPort: 'web' },
      { port: 81, targetPort: 8081 },
      { port: 82 },
    ];
    const spec = { selector: { app: 'web' }, ports };
    expect(observeService({ metadata: { namespace: 'shop', name: 'web' }, spec })).toEqual({
      namespace: 'shop',
      name: 'web',
      selector: { app: 'web' },
      ports: [
        { name: 'http', port: 80, targetPort: 'web' },
        { port: 81, targetPort: 8081 },
        { port: 82, targetPort: 82 },
      ],
    });
  });

  it('has no selector where the Service chooses no pods itself', () => {
    expect(
      observeService({ metadata: { namespace: 'shop', name: 'db' }, spec: { externalName: 'db.example' } }),
    ).toEqual({
      namespace: 'shop',
      name: 'db',
      ports: [],
    });
  });
});
