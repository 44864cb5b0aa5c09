import { KubeError, KubeUnreachable } from './kube-client.ts';

/** Does the work and turns every error of it that is neither an answer nor an abort into KubeUnreachable. */
export async function reaching<T>(
  server: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asUnreachable(server, signal, error);
  }
}

/** The same for the chunks of a stream. */
export async function* reachingEach<T>(
  server: string,
  signal: AbortSignal | undefined,
  chunks: AsyncIterable<T>,
): AsyncGenerator<T> {
  try {
    for await (const chunk of chunks) yield chunk;
  } catch (error) {
    throw asUnreachable(server, signal, error);
  }
}

function asUnreachable(server: string, signal: AbortSignal | undefined, error: unknown): unknown {
  if (signal?.aborted) return signal.reason;
  return error instanceof KubeError ? error : new KubeUnreachable(server, rootOf(error));
}

/** Dialling several addresses fails with an AggregateError that has no message of its own. */
function rootOf(error: unknown): unknown {
  return error instanceof AggregateError && error.message === '' ? (error.errors[0] ?? error) : error;
}
