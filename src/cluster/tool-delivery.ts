import { stripVTControlCharacters } from 'node:util';
import pLimit from 'p-limit';
import type { DockerAddress } from '../build/docker-daemon.ts';
import { withSavedImage } from '../build/dockerode-save.ts';
import { RockpoolError } from '../session/failure.ts';
import type { ImageDelivery } from './image-delivery.ts';
import { runTool, type ToolAnswer } from './run-tool.ts';

export interface ToolDeliveryOptions {
  readonly way: string;
  readonly program: string;
  /** the command line that delivers an image, named by its ref or, with `saveFrom`, by a file */
  args(image: string): readonly string[];
  /** the daemon to save each image from, into a file that the program is given; absent: it asks the daemon itself */
  readonly saveFrom?: DockerAddress;
  /** the environment to run the program in, pointing to the daemon that images are built into */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a delivery that ended with exit code 0 failed all the same: by what it said, or by looking at the nodes. */
  failed?(answer: ToolAnswer, ref: string, signal: AbortSignal): Promise<boolean>;
  has?(ref: string, signal: AbortSignal): Promise<boolean | undefined>;
  /** ms for one image */
  readonly timeout?: number;
}

/** Ten minutes: an image of some GB through a slow disk. */
const TIMEOUT = 600_000;

/**
 * A delivery by a program. One image at a time: k3d gives the container that it works with a fixed name, and minikube
 * and kind write each image to a file first.
 */
export function createToolDelivery(options: ToolDeliveryOptions): ImageDelivery {
  const { way, program, args, env, saveFrom, failed, has, timeout = TIMEOUT } = options;
  const inTurn = pLimit(1);
  return {
    way,
    has: has ?? (() => Promise.resolve(undefined)),
    deliver: (ref, signal) =>
      inTurn(async () => {
        signal.throwIfAborted();
        const load = (image: string) => runTool({ program, args: args(image), env, signal, timeout });
        const answer = saveFrom
          ? await withSavedImage({ address: saveFrom, ref }, load, signal)
          : await load(ref);
        const isBroken = answer.exitCode !== 0 || (await failed?.(answer, ref, signal));
        if (isBroken) throw new RockpoolError(deliveryFailed(options, ref, answer));
      }),
  };
}

function deliveryFailed({ way, program, args }: ToolDeliveryOptions, ref: string, answer: ToolAnswer) {
  const output = lastLines(answer);
  const how = answer.exitCode === 0 ? 'said it was done, but it was not' : `ended with ${answer.exitCode}`;
  return {
    code: 'DELIVERY_FAILED',
    subject: `image/${ref}`,
    message: `${ref} is built, but could not be brought to the nodes: ${way} ${how}.`,
    hint: 'Run the command by hand to see more; a save or a trigger tries again.',
    command: [program, ...args(ref)].join(' '),
    ...(output === '' ? {} : { output }),
  };
}

/** the last lines are those with the reason */
function lastLines({ stdout, stderr }: ToolAnswer): string {
  const said = stripVTControlCharacters(`${stdout}\n${stderr}`).split('\n');
  return said
    .filter((line) => line.trim() !== '')
    .slice(-20)
    .join('\n');
}
