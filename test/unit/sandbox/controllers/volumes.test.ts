import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  PERSISTENT_VOLUME_CLAIMS,
  PERSISTENT_VOLUMES,
  type PersistentVolume,
  type PersistentVolumeClaim,
  PODS,
  type Pod,
} from '../../../../src/sandbox/controllers/objects.ts';
import { type SandboxCluster, startSandboxCluster } from '../../../support/sandbox-cluster.ts';

let cluster: SandboxCluster;
afterEach(() => {
  expect(cluster.bugs).toEqual([]);
  cluster.close();
});

const container = { name: 'c', image: 'a:1' };
const pod = (name: string, spec: object = {}, labels: object = { app: 'web' }) =>
  cluster.objects.create<Pod>(PODS, 'default', {
    metadata: { name, labels },
    spec: { containers: [container], ...spec },
  });
const podNow = (name: string) => cluster.objects.get<Pod>(PODS, 'default', name);
const scheduled = (name: string) =>
  podNow(name)?.status?.conditions?.find(({ type }) => type === 'PodScheduled');

describe('volumes', () => {
  const claim = (name: string, spec: object = {}) =>
    cluster.objects.create<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, 'default', {
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
    });
  const claimNow = (name: string) =>
    cluster.objects.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, 'default', name);

  it('are folders, which go with their claim when no pod uses it any more', () => {
    const folder = mkdtempSync(join(tmpdir(), 'volumes-'));
    cluster = startSandboxCluster({ volumes: folder });
    claim('data');
    pod('db', { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] });
    cluster.run();
    expect(claimNow('data')).toMatchObject({ status: { phase: 'Bound', capacity: { storage: '1Gi' } } });
    expect(podNow('db')?.status?.phase).toBe('Running');
    const [volume] = cluster.objects.list<PersistentVolume>(PERSISTENT_VOLUMES);
    expect(claimNow('data')?.spec?.volumeName).toBe(volume?.metadata.name);
    const path = volume?.spec?.hostPath?.path ?? '';
    expect(path).toBe(join(folder, 'default', 'data'));
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'kept'), 'text');
    cluster.objects.delete(PERSISTENT_VOLUME_CLAIMS, claimNow('data')!);
    cluster.run();
    expect(claimNow('data')?.metadata.deletionTimestamp).toBeDefined();
    expect(existsSync(join(path, 'kept'))).toBe(true);
    cluster.objects.delete(PODS, podNow('db')!);
    cluster.run();
    expect(claimNow('data')).toBeUndefined();
    expect(cluster.objects.list(PERSISTENT_VOLUMES)).toEqual([]);
    expect(existsSync(path)).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it('keep what is in them when the sandbox ends, for a claim of the same name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'volumes-'));
    for (const text of ['', 'text']) {
      cluster = startSandboxCluster({ volumes: folder });
      claim('data');
      cluster.run();
      const [volume] = cluster.objects.list<PersistentVolume>(PERSISTENT_VOLUMES);
      const file = join(volume?.spec?.hostPath?.path ?? '', 'kept');
      expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(text);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, 'text');
      cluster.close();
    }
    rmSync(folder, { recursive: true });
  });

  it('that are no folders of the sandbox are never deleted', () => {
    const folder = mkdtempSync(join(tmpdir(), 'volumes-'));
    const paths = [
      folder,
      join(folder, 'volumes'),
      join(folder, 'volumes', 'default'),
      join(folder, 'home', 'me'),
    ];
    cluster = startSandboxCluster({ volumes: join(folder, 'volumes') });
    for (const [index, path] of paths.entries()) {
      mkdirSync(path, { recursive: true });
      cluster.objects.create(PERSISTENT_VOLUMES, '', {
        metadata: {
          name: `forged-${index}`,
          annotations: { 'pv.kubernetes.io/provisioned-by': 'rockpool.dev/sandbox-folder' },
        },
        spec: {
          ...{ persistentVolumeReclaimPolicy: 'Delete', hostPath: { path } },
          claimRef: { namespace: 'default', name: 'data', uid: 'gone' },
        },
      });
    }
    claim('data');
    cluster.run();
    expect(cluster.objects.list(PERSISTENT_VOLUMES)).toHaveLength(1);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('of a claim that is made anew under the same name are empty', () => {
    const folder = mkdtempSync(join(tmpdir(), 'volumes-'));
    cluster = startSandboxCluster({ volumes: folder });
    claim('data');
    cluster.run();
    const path = join(folder, 'default', 'data');
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'old'), 'text');
    cluster.objects.patch(PERSISTENT_VOLUME_CLAIMS, claimNow('data')!, { metadata: { finalizers: null } });
    cluster.objects.delete(PERSISTENT_VOLUME_CLAIMS, claimNow('data')!);
    claim('data');
    cluster.run();
    expect(claimNow('data')?.status?.phase).toBe('Bound');
    expect(existsSync(join(path, 'old'))).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['Warning', 'ProvisioningFailed', 'fast', 'storageclass.storage.k8s.io "fast" not found'],
    [
      'Normal',
      'FailedBinding',
      '',
      'no persistent volumes available for this claim and no storage class is set',
    ],
  ])('that cannot be made: %s %s', (type, reason, storageClassName, message) => {
    cluster = startSandboxCluster();
    claim('data', { storageClassName });
    pod('db', { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] });
    cluster.run();
    expect(claimNow('data')?.status?.phase).toBe('Pending');
    expect(cluster.events()).toContain(`${type} ${reason} data: ${message}`);
    expect(scheduled('db')?.message).toBe(
      '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
    );
  });

  it('of the user that fit are taken, and released', () => {
    cluster = startSandboxCluster();
    cluster.objects.create(PERSISTENT_VOLUMES, '', {
      metadata: { name: 'own' },
      spec: {
        storageClassName: 'own',
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '2Gi' },
        hostPath: { path: '/own' },
        persistentVolumeReclaimPolicy: 'Retain',
      },
    });
    claim('large', { storageClassName: 'own', resources: { requests: { storage: '3Gi' } } });
    claim('data', { storageClassName: 'own' });
    cluster.run();
    expect(claimNow('data')?.spec?.volumeName).toBe('own');
    expect(claimNow('large')?.status?.phase).toBe('Pending');
    cluster.objects.delete(PERSISTENT_VOLUME_CLAIMS, claimNow('data')!);
    cluster.run();
    expect(cluster.objects.get(PERSISTENT_VOLUMES, '', 'own')?.status).toMatchObject({ phase: 'Released' });
  });
});
