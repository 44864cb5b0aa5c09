import { type Failure, RockpoolError } from '../session/failure.ts';
import type { ControlHandlers } from './control-handlers.ts';
import { createNodeControlServer } from './node-control-server.ts';
import { removeSessionFile, type SessionFile, writeSessionFile } from './session-file.ts';
import { socketAddress, unavailable } from './socket-address.ts';

export interface ControlOptions {
  /** the project, absolute */
  readonly root: string;
  readonly app: string;
  readonly context: string;
  readonly namespace: string;
  /** where the session's embedded cluster is found, when it has one */
  readonly sandbox?: SessionFile['sandbox'];
  readonly handlers: ControlHandlers;
}

/** How a session can be asked. */
export interface Control {
  /** of its socket; absent when there is none */
  readonly address?: string;
  /** why there is none */
  readonly warnings: readonly Failure[];
  close(): Promise<void>;
}

/** Listens for other terminals and says so in `.rockpool/session.json`. A session goes on when that cannot be had. */
export async function startControl({ root, handlers, ...names }: ControlOptions): Promise<Control> {
  const address = socketAddress(root, process.env);
  try {
    const server = await createNodeControlServer({ address, handlers });
    try {
      await writeSessionFile(root, { socket: address, ...names });
    } catch (error) {
      await server.close();
      throw unavailable(error);
    }
    return {
      address,
      warnings: [],
      close: async () => {
        await removeSessionFile(root);
        await server.close();
      },
    };
  } catch (error) {
    if (!(error instanceof RockpoolError)) throw error;
    return { warnings: error.failures, close: () => Promise.resolve() };
  }
}
