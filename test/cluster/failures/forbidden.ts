import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyProject, kubectl, rockpool } from '../harness.ts';
import type { FailureCase } from './cases.ts';
import { deployment } from './manifests.ts';

/** What another session of the test shows, since its user may only read. */
export const forbidden: Pick<FailureCase, 'code' | 'how' | 'subject' | 'reads'> = {
  code: 'FORBIDDEN',
  how: '`rockpool apply` as a user who may change ConfigMaps alone',
  subject: 'Deployment/private',
  reads:
    'Deployment private: deployments.apps "private" is forbidden: User "system:serviceaccount:<namespace>:reader" cannot patch resource "deployments" in API group "apps" in the namespace "<namespace>"',
};

/** Applies a Deployment as that user. @returns what rockpool ended with and said */
export async function applyAsReader(): Promise<{ code: number; stderr: string }> {
  const project = await copyProject('test/fixtures/failures');
  const { namespace, dir } = project;
  try {
    await project.write('rockpool.yaml', 'version: 1\nname: failures\nmanifests: [private.yaml]\n');
    await project.write('private.yaml', deployment('private', { image: 'busybox' }));
    await kubectl('create', 'namespace', namespace);
    await kubectl('create', 'serviceaccount', 'reader', '-n', namespace);
    const role = ['--clusterrole=view', `--serviceaccount=${namespace}:reader`];
    await kubectl('create', 'rolebinding', 'reader', '-n', namespace, ...role);
    const maps = ['--verb=*', '--resource=configmaps'];
    await kubectl('create', 'role', 'keeper', '-n', namespace, ...maps);
    const keeper = ['--role=keeper', `--serviceaccount=${namespace}:reader`];
    await kubectl('create', 'rolebinding', 'keeper', '-n', namespace, ...keeper);
    const KUBECONFIG = join(dir, 'kubeconfig');
    await writeFile(KUBECONFIG, await kubeconfigOf(namespace));
    return await rockpool(['apply', '-n', namespace], { cwd: dir, env: { KUBECONFIG } });
  } finally {
    await project.remove();
  }
}

async function kubeconfigOf(namespace: string): Promise<string> {
  const token = (await kubectl('create', 'token', 'reader', '-n', namespace)).trim();
  const config = JSON.parse(await kubectl('config', 'view', '--minify', '--flatten', '-o', 'json')) as {
    users: { user: object }[];
  };
  for (const user of config.users) user.user = { token };
  return JSON.stringify(config);
}
