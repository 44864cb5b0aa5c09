import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isRunning, thisHolder } from '../lease/local-process.ts';

/** `.rockpool/session.json`: the session that runs in a project, for whoever wants to ask it. */
export const SessionFile = z.object({
  version: z.literal(1),
  pid: z.number().int(),
  startedAt: z.string().describe('when the process began, as the system tells it: pids are used again'),
  socket: z.string(),
  app: z.string(),
  context: z.string(),
  namespace: z.string(),
  sandbox: z
    .object({ kubeconfig: z.string(), dockerSocket: z.string() })
    .optional()
    .describe('where the embedded cluster of the session is found'),
});
export type SessionFile = z.infer<typeof SessionFile>;

/** @param root the project, absolute */
export function sessionFilePath(root: string): string {
  return join(root, '.rockpool', 'session.json');
}

/** Says which session runs, for its owner's eyes. Whole at any moment. Rejects with the system's error. */
export async function writeSessionFile(
  root: string,
  session: Omit<SessionFile, 'version' | 'pid' | 'startedAt'>,
): Promise<void> {
  const { began: startedAt } = await thisHolder(root);
  const content: SessionFile = { version: 1, pid: process.pid, startedAt, ...session };
  const path = sessionFilePath(root);
  await mkdir(join(root, '.rockpool'), { recursive: true });
  await writeFile(`${path}.${process.pid}`, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.${process.pid}`, path);
}

/** Removes the file if it names this process. */
export async function removeSessionFile(root: string): Promise<void> {
  const known = await readSessionFile(root);
  if (known?.pid === process.pid) await rm(sessionFilePath(root), { force: true });
}

/** What the file says; undefined when there is none or it cannot be understood. */
export async function readSessionFile(root: string): Promise<SessionFile | undefined> {
  try {
    const parsed = SessionFile.safeParse(JSON.parse(await readFile(sessionFilePath(root), 'utf8')));
    return parsed.data;
  } catch {
    return undefined;
  }
}

/** Whether the process that a file names is still that one. */
export function isAlive({ pid, startedAt }: Pick<SessionFile, 'pid' | 'startedAt'>): Promise<boolean> {
  return isRunning(pid, startedAt);
}
