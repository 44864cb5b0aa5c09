/** SGR parameters of a pod's name and of its container's. */
export interface PrefixColour {
  readonly pod: number;
  readonly container: number;
}

/** The pair that stern gives a pod: FNV-1 (32 bits) of its name modulo the number of pairs (stern/tail.go). Pure. */
export function prefixColour(pod: string): PrefixColour {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(pod)) hash = (Math.imul(hash, 0x01000193) ^ byte) >>> 0;
  return pairs[hash % pairs.length] ?? pairs[0];
}

/** Stern's pairs: the bright colour for the pod, the plain one for the container. */
const pairs = [
  { pod: 96, container: 36 },
  { pod: 92, container: 32 },
  { pod: 95, container: 35 },
  { pod: 93, container: 33 },
  { pod: 94, container: 34 },
  { pod: 91, container: 31 },
] as const;

const encoder = new TextEncoder();
