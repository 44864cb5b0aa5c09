import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createK3dImport } from '../../../src/cluster/k3d-import.ts';
import { createKindLoad } from '../../../src/cluster/kind-load.ts';
import { createMinikubeImageLoad } from '../../../src/cluster/minikube-image-load.ts';

/** kind, k3d and minikube in their own words; what docker has, saves and loads is here a folder of files. */
const programs = join(import.meta.dirname, '../../cluster/bin');
const signal = AbortSignal.timeout(60_000);

let folder: string;
let env: Record<string, string>;
let server: Server;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  vi.stubEnv('TMPDIR', folder);
  await mkdir(join(folder, 'bin'));
  for (const store of ['host', 'node']) await mkdir(join(folder, store));
  await writeFile(join(folder, 'bin', 'docker'), docker(folder));
  await chmod(join(folder, 'bin', 'docker'), 0o755);
  server = createServer(giveImage).listen(join(folder, 'docker.sock'));
  env = {
    PATH: [join(folder, 'bin'), programs, process.env['PATH']].join(delimiter),
    ROCKPOOL_FAKE_CALLS: join(folder, 'calls'),
    ROCKPOOL_CLUSTER_DIR: folder,
  };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

/** The Docker Engine, as far as it gives an image as an archive. */
function giveImage(request: IncomingMessage, response: ServerResponse): void {
  const ref = decodeURIComponent(request.url ?? '').replace(/^\/images\/(.*)\/get$/, '$1');
  const file = join(folder, 'host', encodeURIComponent(ref));
  readFile(file, 'utf8').then(
    (content) => response.end(`${ref}\n${content}`),
    () => response.writeHead(404).end(JSON.stringify({ message: `reference does not exist: ${ref}` })),
  );
}

const built = (ref: string) => writeFile(join(folder, 'host', encodeURIComponent(ref)), 'an image');
const onNode = (ref: string) =>
  readFile(join(folder, 'node', encodeURIComponent(ref)), 'utf8').catch(() => '');
/** what is left in the system's folder for temporary files */
const savedFiles = async () => (await readdir(folder)).filter((name) => name.startsWith('rockpool-image-'));
const calls = () => readFile(join(folder, 'calls'), 'utf8');

const minikube = (more: Record<string, string> = {}, nodes = 1) =>
  createMinikubeImageLoad({
    profile: 'minikube',
    nodes,
    endpoint: { socketPath: join(folder, 'docker.sock') },
    env: { ...env, ROCKPOOL_FAKE_MINIKUBE: 'loads', ...more },
  });
const ways = {
  minikube,
  kind: (more: Record<string, string> = {}) => createKindLoad('rockpool', { ...env, ...more }),
  k3d: (more: Record<string, string> = {}) => createK3dImport('rockpool', { ...env, ...more }),
};

describe.each(Object.entries(ways))('%s', (program, create) => {
  test('brings an image to the node', async () => {
    await built('shop/web:rp-1');
    await create().deliver('shop/web:rp-1', signal);
    expect(await onNode('shop/web:rp-1')).toBe('an image');
    expect(await savedFiles()).toEqual([]);
  });

  test('says in the words of the tool why an image could not be brought', async () => {
    await built('shop/web:rp-1');
    const failing = create({ ROCKPOOL_FAKE_LOADER: 'fails' }).deliver('shop/web:rp-1', signal);
    await expect(failing).rejects.toMatchObject({
      failures: [
        {
          code: 'DELIVERY_FAILED',
          message: expect.stringContaining('shop/web:rp-1 is built, but could not be brought to the nodes'),
          command: expect.stringContaining(program),
          output: expect.stringMatching(/failed to load|Failed to load|could not load/),
        },
      ],
    });
  });

  test('passes on that the daemon lacks the image', async () => {
    await expect(create().deliver('shop/web:rp-2', signal)).rejects.toMatchObject({
      failures: [{ code: 'DELIVERY_FAILED' }],
    });
  });

  test('an abort ends the tool and what it started', async () => {
    await built('shop/web:rp-1');
    const controller = new AbortController();
    const delivering = create({ ROCKPOOL_FAKE_LOADER: 'hangs' }).deliver('shop/web:rp-1', controller.signal);
    const pid = await vi.waitFor(async () => Number(/^pid (\d+)$/m.exec(await calls())![1]), 10_000);
    controller.abort(new Error('superseded'));
    await expect(delivering).rejects.toThrow('superseded');
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), 10_000);
    expect(await savedFiles()).toEqual([]);
  });

  test('delivers one image after the other', async () => {
    await Promise.all(['a:1', 'b:1', 'c:1'].map(built));
    const delivery = create();
    await Promise.all(['a:1', 'b:1', 'c:1'].map((ref) => delivery.deliver(ref, signal)));
    expect(await Promise.all(['a:1', 'b:1', 'c:1'].map(onNode))).toEqual([
      'an image',
      'an image',
      'an image',
    ]);
  });
});

test('k3d that could not import into a node has failed, although it exits 0', async () => {
  await built('shop/web:rp-1');
  const refused = ways.k3d({ ROCKPOOL_FAKE_LOADER: 'refuses' }).deliver('shop/web:rp-1', signal);
  await expect(refused).rejects.toMatchObject({
    failures: [
      {
        code: 'DELIVERY_FAILED',
        message: expect.stringContaining('said it was done, but it was not'),
        output: expect.stringContaining("failed to import images in node 'k3d-rockpool-server-0'"),
      },
    ],
  });
});

test('minikube that only warned has failed, although it exits 0: the node is asked', async () => {
  await built('shop/web:rp-1');
  await expect(
    minikube({ ROCKPOOL_FAKE_LOADER: 'warns' }).deliver('shop/web:rp-1', signal),
  ).rejects.toMatchObject({
    failures: [{ code: 'DELIVERY_FAILED', output: expect.stringContaining('unable to add it to cache') }],
  });
});

test('a cluster that the tool does not know is named', async () => {
  await built('shop/web:rp-1');
  await expect(createKindLoad('other', env).deliver('shop/web:rp-1', signal)).rejects.toMatchObject({
    failures: [{ output: expect.stringContaining('no nodes found for cluster "other"') }],
  });
});

test('minikube knows what a single node has; of several it cannot tell', async () => {
  await built('web:rp-1');
  const one = minikube();
  expect(await one.has('web:rp-1', signal)).toBe(false);
  await one.deliver('web:rp-1', signal);
  expect(await one.has('web:rp-1', signal)).toBe(true);
  const several = minikube({}, 2);
  expect(await several.has('web:rp-1', signal)).toBeUndefined();
});

/** As much of the docker command as the loaders use. `-H` is the node's daemon. */
function docker(stores: string): string {
  return `#!/usr/bin/env bash
store='${stores}/host'
if [ "$1" = -H ]; then store='${stores}/node' && shift 2; fi
name() { sed 's|/|%2F|g; s|:|%3A|g' <<<"$1"; }
case $1 in
image)
  if [ "$2" = ls ]; then
    for file in "$store"/*; do [ ! -e "$file" ] || echo "sha256:1 $(basename "$file" | sed 's|%2F|/|g; s|%3A|:|g')"; done
    exit
  fi
  ref="\${@: -1}"
  [ -e "$store/$(name "$ref")" ] && echo sha256:1 ;;
save) printf '%s\\n' "$2" && cat "$store/$(name "$2")" ;;
load)
  if [ "$3" = -i ]; then exec <"$4"; fi
  read -r ref && cat >"$store/$(name "$ref")" ;;
esac
`;
}
