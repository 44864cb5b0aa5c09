import { expect, test } from 'vitest';
import { explainPush, registryHost } from '../../../src/build/explain-push.ts';

test.each([
  [
    'http: server gave HTTP response to HTTPS client',
    'reg.local:5000 speaks http',
    '"insecure-registries": ["reg.local:5000"]',
  ],
  ['dial tcp: lookup reg.local: no such host', 'does not find the host', '`registry` in rockpool.yaml'],
  ['dial tcp 127.0.0.1:5000: connect: connection refused', 'nothing answers', 'Start the registry'],
  [
    'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'certificate',
    'ca.crt',
  ],
  ['no basic auth credentials', 'asks for a login', 'Log in'],
  [
    'push access denied, repository does not exist or may require authorization: server message: insufficient_scope',
    'does not let you push',
    'Log in as somebody',
  ],
  ['denied: requested access to the resource is denied', 'does not let you push', 'team/web'],
  ['name unknown: The repository with name web does not exist', 'has no place', 'made first'],
  ['something new', 'did not take it', 'What it said'],
])('%s', (said, why, hint) => {
  const failure = explainPush('reg.local:5000/team/web:rp-1', said);
  expect(failure).toMatchObject({ code: 'DELIVERY_FAILED', output: said });
  expect(failure.message).toContain(why);
  expect(failure.hint).toContain(hint);
});

test.each([
  ['web:1', 'docker.io'],
  ['me/web:1', 'docker.io'],
  ['docker.io/me/web:1', 'docker.io'],
  ['localhost/web:1', 'localhost'],
  ['localhost:5000/web', 'localhost:5000'],
  ['ghcr.io/me/web:1', 'ghcr.io'],
])('the registry of %s is %s', (ref, host) => expect(registryHost(ref)).toBe(host));
