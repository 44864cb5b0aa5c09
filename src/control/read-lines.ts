import { StringDecoder } from 'node:string_decoder';

/** Splits bytes into lines. */
export interface LineReader {
  /** The lines that are complete now. Throws when one is longer than the bound. */
  take(bytes: Buffer): readonly string[];
}

/** A line was longer than the bound. */
class LineTooLong extends Error {
  constructor(longest: number) {
    super(`a line is longer than ${longest} bytes`);
    this.name = 'LineTooLong';
  }
}

/** @param longest characters that a line may have: what is kept is never more */
export function createLineReader(longest: number): LineReader {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let length = 0;
  return {
    take(bytes) {
      const [first = '', ...more] = decoder.write(bytes).split('\n');
      parts.push(first);
      length += first.length;
      if (length > longest || more.some((line) => line.length > longest)) throw new LineTooLong(longest);
      if (more.length === 0) return [];
      const whole = parts.join('');
      const rest = more.pop() ?? '';
      parts = [rest];
      length = rest.length;
      return [whole, ...more].filter((line) => line.trim() !== '');
    },
  };
}
