import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { formatTook } from '../../ui/duration.ts';
import { clearCluster } from '../demo/clear-cluster.ts';
import { makeDemoProject } from '../demo/demo-project.ts';
import { createNarrator } from '../demo/narrator.ts';
import { type Shown, showLoop } from '../demo/show-loop.ts';
import { inTemporaryFolder } from '../demo/temporary-folder.ts';
import type { Guide } from '../guide.ts';
import { openCluster } from '../open-cluster.ts';
import { orNoCluster } from '../or-no-cluster.ts';
import { ownCommand } from '../own-command.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { chooseForm } from '../views/choose-view.ts';
import { withSandbox } from '../with-sandbox.ts';
import { runUp, type UpOptions } from './up.ts';

export interface DemoOptions {
  /** default: sandbox, or local when a context or a kubeconfig is named */
  readonly cluster?: 'sandbox' | 'local';
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly output: 'auto' | 'ui' | 'plain';
}

/** ms between two steps on the screen: enough to read what it says */
const READING = 3000;
/** cells that the log pane puts before a line */
const MARGIN = 'demo '.length;

/** `rockpool demo`: the loop shown on a project of its own, which is deleted afterwards. */
export async function demo({ output, cluster, ...named }: DemoOptions): Promise<number> {
  untilInterrupted();
  const isLocal = cluster === 'local' || Object.keys(named).length > 0;
  const given: Given = { named, form: chooseForm(output) };
  const code = await (isLocal ? orNoCluster(() => onCluster(given)) : inSandbox(given));
  if (given.shown) for (const line of summary(given.shown)) console.log(line);
  return code;
}

interface Given {
  readonly named: Pick<DemoOptions, 'context' | 'kubeconfig'>;
  readonly form: 'ui' | 'plain';
  /** once it was all shown */
  shown?: Shown;
}

function inSandbox(given: Given): Promise<number> {
  return inTemporaryFolder('rockpool-demo-', (folder) => {
    const place = { dir: join(folder, 'sandbox'), kubeconfig: join(folder, 'kubeconfig') };
    return withSandbox(place, ({ docker, ...cluster }) =>
      show(given, { folder, name: 'hello' }, (up, guide) =>
        runUp({ ...up, ...cluster, cluster: 'sandbox' }, docker, guide),
      ),
    );
  });
}

/** In a namespace of its own, which goes again with all that is in it. */
async function onCluster(given: Given): Promise<number> {
  const name = `demo-${randomBytes(3).toString('hex')}`;
  const cluster = await openCluster(given.named, { contexts: [], namespace: name });
  try {
    const context = { ...given.named, context: cluster.context };
    return await inTemporaryFolder('rockpool-demo-', (folder) =>
      show(given, { folder, name }, (up, guide) =>
        runUp({ ...up, ...context, onExit: 'down' }, undefined, guide),
      ),
    );
  } finally {
    await clearCluster(cluster, name).finally(() => cluster.close());
  }
}

interface Place {
  /** absolute */
  readonly folder: string;
  /** of the project */
  readonly name: string;
}

async function show(
  given: Given,
  { folder, name }: Place,
  run: (up: UpOptions, guide: Guide) => Promise<number>,
): Promise<number> {
  const project = await makeDemoProject(folder, name, untilInterrupted().signal);
  const hasScreen = given.form === 'ui';
  const guide: Guide = async (guided) => {
    const width = hasScreen ? process.stdout.columns - MARGIN : undefined;
    const narrator = createNarrator({ say: guided.say, width });
    given.shown = await showLoop({ project, narrator, pause: hasScreen ? READING : 0 }, guided);
    if (!hasScreen) return;
    narrator.result(
      `Your turn: change something in ${project.root}, and save. ? shows the keys; q ends the demo and deletes the project.`,
    );
    await ended(guided.signal);
  };
  const file = join(project.root, 'rockpool.yaml');
  return run({ file, set: [], values: [], output: given.form }, guide);
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function summary({ live, edit, told, repair }: Shown): readonly string[] {
  const [start, saved, mistake, mended] = [live, edit, told, repair].map(formatTook);
  const own = ownCommand(process);
  return [
    `demo  live ${start} after the start; an edit ${saved} after its save; a mistake told after ${mistake}; its repair live after ${mended}`,
    'demo  nothing is left: the project and what ran of it are gone',
    `demo  a project of your own: ${own} new, then ${own} up (--cluster sandbox without a cluster)`,
  ];
}
