import { isRefusal } from './kube-client.ts';

/** When an apiserver was last heard, from all that goes over a client. */
export interface SignsOfLife {
  lastHeard(): number;
  onTrouble(listener: () => void): () => void;
  /** The same answer: a refusal is one too, anything else that it rejects with is trouble, unless the signal fired. */
  ofAnswer<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T>;
  /** The same chunks. */
  ofStream<T>(chunks: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T>;
}

export function createSignsOfLife(): SignsOfLife {
  const listeners = new Set<() => void>();
  let heard = performance.now();
  const hear = () => {
    heard = performance.now();
  };
  const take = (error: unknown, signal: AbortSignal | undefined) => {
    if (isRefusal(error)) hear();
    else if (!signal?.aborted) for (const listener of [...listeners]) listener();
  };
  return {
    lastHeard: () => heard,
    onTrouble(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async ofAnswer(answer, signal) {
      try {
        const value = await answer;
        hear();
        return value;
      } catch (error) {
        take(error, signal);
        throw error;
      }
    },
    async *ofStream(chunks, signal) {
      try {
        for await (const chunk of chunks) {
          hear();
          yield chunk;
        }
      } catch (error) {
        take(error, signal);
        throw error;
      }
    },
  };
}
