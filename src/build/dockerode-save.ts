import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { RockpoolError } from '../session/failure.ts';
import type { DockerAddress } from './docker-daemon.ts';
import { dockerUnreachable } from './docker-unreachable.ts';
import { connect, dial, statusOf } from './dockerode-connection.ts';

/**
 * Saves an image as an archive in the system's folder for temporary files (TMPDIR) and removes it when the work with it
 * has ended, however it did. Rejects as the work does, and with a RockpoolError: DELIVERY_FAILED when the file cannot be
 * written, DOCKER_UNREACHABLE.
 */
export async function withSavedImage<T>(
  { address, ref }: { readonly address: DockerAddress; readonly ref: string },
  work: (file: string) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const folder = await mkdtemp(join(tmpdir(), 'rockpool-image-'));
  try {
    const file = join(folder, 'image.tar');
    await save(address, ref, file, signal);
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function save(address: DockerAddress, ref: string, file: string, signal: AbortSignal): Promise<void> {
  const connection = await connect(address);
  try {
    const request = {
      method: 'GET',
      path: `/images/${ref}/get`,
      isStream: true,
      abortSignal: signal,
    } as const;
    const archive = (await dial(connection.docker, request)) as IncomingMessage;
    await pipeline(archive, createWriteStream(file, { mode: 0o600 }), { signal });
  } catch (error) {
    signal.throwIfAborted();
    const isLocal = (error as NodeJS.ErrnoException).path !== undefined || isFull(error);
    if (!isLocal && statusOf(error) === undefined) throw dockerUnreachable(address, error);
    throw new RockpoolError(notSaved(ref, error), { cause: error });
  } finally {
    connection.close();
  }
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(String((error as NodeJS.ErrnoException).code));
}

function notSaved(ref: string, error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'DELIVERY_FAILED',
    subject: `image/${ref}`,
    message: `${ref} is built, but could not be saved to a file, in which it is brought to the nodes: ${message}`,
    hint: isFull(error)
      ? `${tmpdir()} is full: TMPDIR names another folder.`
      : 'See whether Docker has it: docker image ls.',
  };
}
