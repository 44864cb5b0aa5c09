/** A line of a container as it is kept. */
export interface KeptLine {
  readonly at: Date;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  /** it goes on in the next line of its stream */
  readonly partial: boolean;
  /** it goes on with what the line before of its stream began */
  readonly continues?: boolean;
}

/** The log of one instance of a container. */
export interface InstanceLog {
  /** ms since the epoch */
  readonly startedAt: number;
  add(line: KeptLine): void;
  /** No more comes. */
  end(): void;
  readonly ended: boolean;
  /** Forgets what it holds, as a rotation does for readers that were late. */
  rotate(): void;
  /** numbers of the first line that is kept, and of the one that comes next */
  range(): { readonly from: number; readonly to: number };
  /** by its number; undefined when it is not kept any more, or not yet there */
  line(number: number): KeptLine | undefined;
  /** Resolves at the next line or at the end. Rejects with the signal's reason. */
  more(signal: AbortSignal): Promise<void>;
}

/** Bytes that are kept of an instance's log; the kubelet keeps 10 MiB in the file that it reads from. */
const MOST = 4 * 1024 * 1024;
/** What a line costs beside its text, roughly. */
const LINE = 100;

export function createInstanceLog(startedAt: number, most = MOST): InstanceLog {
  const lines = new Map<number, KeptLine>();
  const range = { from: 0, to: 0 };
  let bytes = 0;
  let ended = false;
  const waiting = new Set<() => void>();
  const unended = new Set<KeptLine['stream']>();
  const wake = () => {
    for (const resolve of [...waiting]) resolve();
    waiting.clear();
  };
  const forgetFirst = () => {
    bytes -= LINE + (lines.get(range.from)?.text.length ?? 0);
    lines.delete(range.from);
    range.from += 1;
  };
  return {
    startedAt,
    add(line) {
      lines.set(range.to, unended.has(line.stream) ? { ...line, continues: true } : line);
      if (line.partial) unended.add(line.stream);
      else unended.delete(line.stream);
      range.to += 1;
      bytes += LINE + line.text.length;
      while (bytes > most && range.from < range.to - 1) forgetFirst();
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    get ended() {
      return ended;
    },
    rotate() {
      while (range.from < range.to) forgetFirst();
    },
    range: () => ({ ...range }),
    line: (number) => lines.get(number),
    more(signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const abort = () => {
        waiting.delete(resolve);
        reject(signal.reason);
      };
      if (signal.aborted) reject(signal.reason);
      waiting.add(resolve);
      signal.addEventListener('abort', abort, { once: true });
      return promise.finally(() => signal.removeEventListener('abort', abort));
    },
  };
}
