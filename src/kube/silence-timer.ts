/** Fires its signal when no byte came for some time: a connection can be dead without anybody saying so. */
export interface SilenceTimer {
  readonly signal: AbortSignal;
  /** The same chunks, each of which starts the time anew. */
  watching(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  stop(): void;
}

/** Starts at once. @param ms of silence until the signal fires */
export function startSilenceTimer(ms: number): SilenceTimer {
  const controller = new AbortController();
  const fire = () => controller.abort(new Error(`silent for ${Math.round(ms / 1000)} s`));
  const timer = setTimeout(fire, ms);
  return {
    signal: controller.signal,
    stop: () => clearTimeout(timer),
    async *watching(chunks) {
      for await (const chunk of chunks) {
        timer.refresh();
        yield chunk;
      }
    },
  };
}
