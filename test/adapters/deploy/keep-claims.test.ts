import { expect, it } from 'vitest';
import { keepClaims } from '../../../src/deploy/keep-claims.ts';
import { builtinKinds } from '../../../src/kube/builtin-kinds.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import { type Stored, startObjectServer } from './object-server.ts';
import { refusal } from './scripted-apiserver.ts';

const type = builtinKinds.find(({ kind }) => kind === 'StatefulSet')!;
const setPath = '/apis/apps/v1/namespaces/dev/statefulsets/db';
const claimPath = '/api/v1/namespaces/dev/persistentvolumeclaims/data-db-0';
const spec = {
  selector: { matchLabels: { app: 'db' } },
  volumeClaimTemplates: [{ metadata: { name: 'data' } }],
  persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' },
};
const other = { kind: 'Pod', name: 'p', uid: 'u' };

async function kept(more: object = {}, script?: Parameters<typeof startObjectServer>[0]) {
  const { client, put, objects } = await startObjectServer(script);
  const set = put(setPath, { spec: { ...spec, ...more } });
  const owner = { kind: 'StatefulSet', name: 'db', uid: set.metadata.uid };
  put(claimPath, { metadata: { ownerReferences: [owner, other] } });
  const place = { client, app: 'shop', namespace: 'dev', signal: new AbortController().signal };
  const error: unknown = await keepClaims(set as never, type, place, 300).catch((thrown) => thrown);
  const owners = (objects.get(claimPath) as Stored).metadata['ownerReferences'];
  return { failures: error instanceof RockpoolError ? error.failures : [], error, owners };
}

it('takes its claims from a StatefulSet when no controller does, and nothing from others', async () => {
  expect(await kept()).toEqual({ failures: [], error: undefined, owners: [other] });
});

it('does so too when the StatefulSet was told before to retain them', async () => {
  const { owners } = await kept({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } });
  expect(owners).toEqual([other]);
});

it('says what to do when that is refused', async () => {
  const { failures, owners } = await kept({}, ({ method, url }) =>
    method === 'PATCH' && url.startsWith(claimPath) ? refusal(403, 'Forbidden', 'not you') : undefined,
  );
  expect(owners).toHaveLength(2);
  expect(failures).toMatchObject([
    {
      code: 'DELETE_FAILED',
      subject: 'StatefulSet/dev/db',
      message: 'StatefulSet db is not deleted, since its volume claims would go with it (data-db-0): not you',
      hint: expect.stringContaining('ownerReferences'),
      command: 'kubectl edit pvc data-db-0 -n dev',
    },
  ]);
});

it('and when somebody makes it their owner again', async () => {
  const { failures } = await kept({}, ({ method, url }) =>
    method === 'PATCH' && url.startsWith(claimPath) ? { body: {} } : undefined,
  );
  expect(failures).toMatchObject([{ message: expect.stringContaining('again') }]);
});
