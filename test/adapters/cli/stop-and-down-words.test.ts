import { expect, it } from 'vitest';
import { downApp } from '../../../src/cli/down-app.ts';
import { stopApp } from '../../../src/cli/stop-app.ts';
import { resourceKey } from '../../../src/deploy/manifest.ts';
import { startObjectServer } from '../deploy/object-server.ts';
import { refusal } from '../deploy/scripted-apiserver.ts';

const { signal } = new AbortController();

it('stop says what it may not list, instead of that nothing runs', async () => {
  const { client } = await startObjectServer(({ url }) =>
    /\/(pods|deployments)\?/.test(url) ? refusal(403, 'Forbidden', 'not you') : undefined,
  );
  const lines: string[] = [];
  await stopApp({ client, app: 'shop', namespaces: ['dev'], signal, tell: (line) => lines.push(line) });
  expect(lines).toEqual([
    expect.stringContaining(
      'You may not list deployments, pods in dev: what shop has of these there goes on running.',
    ),
    'Nothing of shop was stopped in dev: not all of it could be looked at.',
  ]);
});

it('down tells in one line what is not of this project', async () => {
  const { client, put } = await startObjectServer();
  const resources = ['a', 'b'].map((name) => {
    put(`/api/v1/namespaces/dev/configmaps/${name}`, {});
    const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'dev' } };
    return { key: resourceKey(manifest), manifest };
  });
  const lines: string[] = [];
  const place = { namespaces: ['dev'], resources: resources as never, failures: [] };
  await downApp({ client, app: 'shop', namespace: 'dev', place, signal, tell: (line) => lines.push(line) });
  expect(lines.toSorted()).toEqual([
    expect.stringMatching(
      /^2 objects of the manifests are kept, not applied by this project: ConfigMap\/dev\/[ab], /,
    ),
    'Nothing of shop is in dev that would have to be deleted.',
  ]);
});
