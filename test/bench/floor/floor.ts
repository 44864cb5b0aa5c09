/**
 * What an edit costs at the least: write the file, build with BuildKit, patch the Deployment, new pod answers. Driven
 * straight through the APIs, sharing no code with rockpool, to be run beside it on the same application.
 *
 *   node test/bench/floor/floor.ts --edits 20    prints {edits: [...], medians: {...}} (all in ms)
 *   node test/bench/floor/floor.ts --stdin       prints {"ready":true}, then for each line `edit` one line
 *                                                {n, build, patch, newPod, total}; `quit` or the end of input ends it
 *   --app FOLDER                                 the application (default: test/bench/app)
 *
 * The cluster is that of KUBECONFIG, the Docker Engine that of `minikube docker-env`. Everything lives in the namespace
 * rockpool-floor, which is made and deleted here.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { connectDocker } from './bare-docker.ts';
import { connectKube, type Kube } from './bare-kube.ts';
import { watchPods } from './bare-pods.ts';

const NAMESPACE = 'rockpool-floor';
const IMAGE = 'rockpool-floor/app';

const { values: options } = parseArgs({
  options: {
    edits: { type: 'string', default: '20' },
    stdin: { type: 'boolean', default: false },
    app: { type: 'string', default: join(import.meta.dirname, '../app') },
  },
});

/** One edit, in ms: each step from the end of the one before, `total` from just before the write. */
interface Edit {
  readonly n: number;
  readonly build: number;
  readonly patch: number;
  readonly newPod: number;
  readonly total: number;
}

const kube = await connectKube();
const docker = connectDocker();
const folder = await mkdtemp(join(tmpdir(), 'rockpool-floor-'));
const ending = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, interrupt);

try {
  await cp(options.app, folder, { recursive: true });
  const edit = await deploy();
  if (options.stdin) await onCommand(edit);
  else await allAtOnce(edit, Number(options.edits));
} catch (error) {
  if (!ending.signal.aborted) throw error;
} finally {
  ending.abort();
  await deleteNamespace();
  await docker.removeImages(IMAGE);
  await rm(folder, { recursive: true });
  kube.close();
}

/** What is under way stops, and everything is cleared away. */
function interrupt(): void {
  process.exitCode = 130;
  ending.abort();
}

async function onCommand(edit: () => Promise<Edit>): Promise<void> {
  console.log(JSON.stringify({ ready: true }));
  for await (const line of createInterface({ input: process.stdin, signal: ending.signal })) {
    if (line.trim() === 'quit') return;
    if (line.trim() === 'edit') console.log(JSON.stringify(await edit()));
  }
}

async function allAtOnce(edit: () => Promise<Edit>, count: number): Promise<void> {
  const edits: Edit[] = [];
  while (edits.length < count) edits.push(await edit());
  const medianOf = (key: keyof Edit) => median(edits.map((each) => each[key]));
  const medians = {
    build: medianOf('build'),
    patch: medianOf('patch'),
    newPod: medianOf('newPod'),
    total: medianOf('total'),
  };
  console.log(JSON.stringify({ edits, medians }, null, 1));
}

/** Brings the application up and returns what makes one edit of it. */
async function deploy(): Promise<() => Promise<Edit>> {
  await deleteNamespace();
  await kube.request('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  const run = Date.now().toString(36);
  const refOf = (n: number) => `${IMAGE}:${run}-${n}`;
  const contentOf = (n: number) => `token ${run} ${n}`;
  await writeFile(join(folder, 'token.txt'), `${contentOf(0)}\n`);
  await docker.build(folder, refOf(0));
  await create(kube, refOf(0));
  const pods = watchPods(kube, NAMESPACE, ending.signal);
  await pods.answers(refOf(0), contentOf(0));
  await pods.settled(refOf(0));
  let n = 0;
  return async () => {
    n += 1;
    const start = performance.now();
    await writeFile(join(folder, 'token.txt'), `${contentOf(n)}\n`);
    await docker.build(folder, refOf(n));
    const built = performance.now();
    await patchImage(kube, refOf(n));
    const patched = performance.now();
    await pods.answers(refOf(n), contentOf(n));
    const end = performance.now();
    await pods.settled(refOf(n));
    return {
      n,
      build: ms(built - start),
      patch: ms(patched - built),
      newPod: ms(end - patched),
      total: ms(end - start),
    };
  };
}

async function create(kube: Kube, ref: string): Promise<void> {
  for (const document of parseAllDocuments(await readFile(join(folder, 'k8s/app.yaml'), 'utf8'))) {
    const manifest = document.toJS();
    if (manifest.kind === 'Deployment') {
      manifest.spec.template.spec.containers[0].image = ref;
      await kube.request('POST', `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, manifest);
    } else {
      await kube.request('POST', `/api/v1/namespaces/${NAMESPACE}/services`, manifest);
    }
  }
}

function patchImage(kube: Kube, image: string): Promise<unknown> {
  const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/app`;
  const patch = { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } };
  return kube.request('PATCH', path, patch, 'application/strategic-merge-patch+json');
}

/** Also clears away what a run left that was killed. */
async function deleteNamespace(): Promise<void> {
  const path = `/api/v1/namespaces/${NAMESPACE}`;
  const exists = () =>
    kube.request('GET', path).then(
      () => true,
      () => false,
    );
  if (!(await exists())) return;
  await kube.request('DELETE', path);
  while (await exists()) await new Promise((done) => setTimeout(done, 200));
}

function ms(time: number): number {
  return Math.round(time * 10) / 10;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ms(((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2);
}
