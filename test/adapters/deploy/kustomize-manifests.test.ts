import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { kustomizeManifests } from '../../../src/deploy/kustomize-manifests.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import { makeProject } from '../../unit/config/make-project.ts';
import { standInTools } from './stand-in-tools.ts';

const at = { file: 'rockpool.yaml', line: 4, column: 16 };
const kustomization = {
  tool: 'kustomize',
  folder: 'overlays/dev',
  at,
  inputs: { files: [], folders: [] },
} as const;
const signal = AbortSignal.timeout(20_000);
const project = () => makeProject({ 'overlays/dev/kustomization.yaml': 'resources: []\n' });

const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { on: yes }\n';
const prints = (text: string) => `cat <<'END'\n${text}END`;

test('kustomize is run in the project, and its warnings are told', async () => {
  const { calls } = await standInTools({
    kustomize: `echo "# Warning: 'bases' is deprecated." >&2\n${prints(configMap)}`,
  });
  const { manifests, warnings, failures } = await kustomizeManifests(kustomization, await project(), signal);
  expect(failures).toEqual([]);
  expect(manifests.map(({ manifest, file }) => [manifest.kind, file])).toEqual([
    ['ConfigMap', 'overlays/dev/kustomization.yaml'],
  ]);
  expect(warnings[0]).toBe("overlays/dev: 'bases' is deprecated.");
  expect(await readFile(calls, 'utf8')).toBe('kustomize build overlays/dev\n');
});

test('without kustomize, kubectl does it', async () => {
  const { calls } = await standInTools({ kubectl: prints(configMap) });
  expect((await kustomizeManifests(kustomization, await project(), signal)).manifests).toHaveLength(1);
  expect(await readFile(calls, 'utf8')).toBe('kubectl kustomize overlays/dev\n');
});

test('without either, what to install is told', async () => {
  await standInTools({});
  const error = await kustomizeManifests(kustomization, await project(), signal).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(RockpoolError);
  expect(error.failures).toMatchObject([
    {
      code: 'TOOL_MISSING',
      message:
        'There is no program kustomize on the PATH, which renders overlays/dev (rockpool.yaml:4:16), and no kubectl, which does it too.',
      command: 'brew install kustomize',
      at,
    },
  ]);
});

test('what it says is wrong is told with its words', async () => {
  const root = await project();
  await standInTools({
    kustomize: `echo "Error: accumulating resources: accumulation err='accumulating resources from '../../base': '${root}/base' must resolve to a file': recursed accumulation of path '${root}/base': accumulating resources: accumulation err='accumulating resources from 'web.yaml': evalsymlink failure on '${root}/base/web.yaml' : lstat ${root}/base/web.yaml: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '${root}/base/web.yaml' : lstat ${root}/base/web.yaml: no such file or directory" >&2\nexit 1`,
  });
  const { failures } = await kustomizeManifests(kustomization, root, signal);
  expect(failures).toMatchObject([
    {
      code: 'KUSTOMIZE_FAILED',
      message: 'kustomize does not render overlays/dev: base/web.yaml does not exist',
      command: 'kustomize build overlays/dev',
      at,
    },
  ]);
  expect(failures[0]?.output).toContain("accumulating resources from '../../base'");
});

test('objects that are none are told with the line of the rendered text', async () => {
  await standInTools({ kustomize: prints('apiVersion: v1\nkind: ConfigMap\n') });
  const { failures } = await kustomizeManifests(kustomization, await project(), signal);
  expect(failures).toMatchObject([
    {
      message: 'metadata is missing (ConfigMap) (line 1 of the rendered text)',
      at: { file: 'overlays/dev/kustomization.yaml' },
    },
  ]);
});

test('one that hangs is ended with all that it started', async () => {
  const root = await project();
  const { calls } = await standInTools({ kustomize: 'sleep 300 & echo $! >> "$0.pids"; wait' });
  const controller = new AbortController();
  const rendering = kustomizeManifests(kustomization, root, controller.signal);
  const outcome = rendering.then(
    () => 'done',
    (error: Error) => error.message,
  );
  const pids = join(calls, '..', 'bin', 'kustomize.pids');
  const pid = await until(() => readFile(pids, 'utf8').then((text) => Number(text) || undefined));
  controller.abort(new Error('a newer save'));
  expect(await outcome).toBe('a newer save');
  await until(async () => !isAlive(pid) || undefined);
});

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    await setTimeout(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
