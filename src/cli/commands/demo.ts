import { dirname, join } from 'node:path';
import { formatTook } from '../../ui/duration.ts';
import { makeDemoProject } from '../demo/demo-project.ts';
import { createNarrator } from '../demo/narrator.ts';
import { type Shown, showLoop } from '../demo/show-loop.ts';
import { inTemporaryFolder } from '../demo/temporary-folder.ts';
import type { Guide } from '../guide.ts';
import { ownCommand } from '../own-command.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { chooseForm } from '../views/choose-view.ts';
import { withSandbox } from '../with-sandbox.ts';
import { runUp, type UpOptions } from './up.ts';

export interface DemoOptions {
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
export async function demo(options: DemoOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const output = chooseForm(options.output);
  const hasScreen = output === 'ui';
  let shown: Shown | undefined;
  const code = await inTemporaryFolder('rockpool-demo-', async (folder) => {
    const project = await makeDemoProject(folder, signal);
    const guide: Guide = async (guided) => {
      const width = hasScreen ? process.stdout.columns - MARGIN : undefined;
      const narrator = createNarrator({ say: guided.say, width });
      shown = await showLoop({ project, narrator, pause: hasScreen ? READING : 0 }, guided);
      if (!hasScreen) return;
      narrator.result(
        `Your turn: change something in ${project.root}, and save. ? shows the keys; q ends the demo and deletes the project.`,
      );
      await new Promise(() => undefined);
    };
    const up: UpOptions = { file: join(project.root, 'rockpool.yaml'), set: [], values: [], output };
    return inSandbox(up, folder, guide);
  });
  if (shown) for (const line of summary(shown)) console.log(line);
  return code;
}

/** The service runs on the Node that runs this, also where another one comes first on PATH. */
function inSandbox(up: UpOptions, folder: string, guide: Guide): Promise<number> {
  process.env['PATH'] = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  const place = { dir: join(folder, 'sandbox'), kubeconfig: join(folder, 'kubeconfig') };
  return withSandbox(place, ({ docker, ...cluster }) =>
    runUp({ ...up, ...cluster, cluster: 'sandbox' }, docker, guide),
  );
}

function summary({ live, edit, told, repair }: Shown): readonly string[] {
  const [start, saved, mistake, mended] = [live, edit, told, repair].map(formatTook);
  const own = ownCommand(process);
  return [
    `demo  live ${start} after the start; an edit ${saved} after its save; a mistake told after ${mistake}; its repair live after ${mended}`,
    'demo  nothing is left: its project and the sandbox are deleted, its programs have ended',
    `demo  a project of your own: ${own} new, then ${own} up (--cluster sandbox without a cluster)`,
  ];
}
