import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RockpoolError } from '../session/failure.ts';
import { askKey } from './ask-key.ts';

export interface AgreeOptions {
  /** the project, absolute */
  readonly root: string;
  /** --yes: agreed for this time */
  readonly yes: boolean;
}

/**
 * Resolves when the user wants the project's commands to run as programs of this machine: said with --yes, or asked once
 * at the terminal. Rejects with a RockpoolError of code SANDBOX_REFUSED and exit code 3.
 */
export async function agreeToSandbox({ root, yes }: AgreeOptions, signal: AbortSignal): Promise<void> {
  if (yes || (await isAgreed(root))) return;
  const { stdin, stderr, env } = process;
  if (!stdin.isTTY || !stderr.isTTY || env['CI']) throw refused(root, 'nobody can be asked here');
  console.error(QUESTION.replace('PROJECT', root));
  const key = await askKey({ y: 'run them (asked once for this project)', n: 'no, end here' }, signal);
  if (key !== 'y') throw refused(root, 'the answer was no');
  await remember(root);
}

const QUESTION = `The sandbox runs what the Dockerfiles and manifests of PROJECT say
as programs of this machine: as you, with your files and your network, without isolation. Do you trust them?`;

const agreementPath = (root: string): string => join(root, '.rockpool', 'sandbox', 'agreed');

async function isAgreed(root: string): Promise<boolean> {
  const path = agreementPath(root);
  const written = await readFile(path, 'utf8').catch(() => undefined);
  return written !== undefined && written === (await markOf(dirname(path)).catch(() => undefined));
}

/** Where that cannot be written, it is asked again the next time. */
async function remember(root: string): Promise<void> {
  const path = agreementPath(root);
  await mkdir(dirname(path), { recursive: true })
    .then(async () => writeFile(path, await markOf(dirname(path)), { mode: 0o600 }))
    .catch(() => undefined);
}

/** What a repo cannot bring along: which folder of which file system it is, and when it was made there. */
async function markOf(folder: string): Promise<string> {
  const { dev, ino, birthtimeNs } = await stat(folder, { bigint: true });
  return `${dev}-${ino}-${birthtimeNs}\n`;
}

function refused(root: string, why: string): RockpoolError {
  return new RockpoolError(
    {
      code: 'SANDBOX_REFUSED',
      subject: 'sandbox',
      message: `The sandbox would run the commands of ${root} as programs of this machine, without isolation, and ${why}. Nothing was run.`,
      hint: 'If you trust the project, say so:',
      command: 'rockpool up --cluster sandbox --yes',
    },
    { exitCode: 3 },
  );
}
