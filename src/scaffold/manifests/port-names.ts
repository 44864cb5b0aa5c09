import type { ServiceSketch } from '../proposal.ts';
import { knownImage } from './known-images.ts';

export interface NamedPort {
  readonly number: number;
  /** at most 15 characters, unique in the program */
  readonly name: string;
}

/** Ports on which a program mostly speaks HTTP. */
const HTTP = new Set([80, 3000, 3001, 4200, 4321, 5000, 5173, 8000, 8001, 8080, 8081, 8888, 9000]);

/** Names for the ports of a program: what a well-known image speaks, `http`, else `tcp-<number>`. Pure. */
export function namePorts({ ports, image, health }: ServiceSketch): readonly NamedPort[] {
  const known = knownImage(image)?.ports ?? {};
  const taken = new Set<string>();
  return [...new Set(ports)].map((number, index) => {
    const isAsked = index === 0 && health !== undefined && 'path' in health;
    const wanted = known[number] ?? (isAsked || HTTP.has(number) ? 'http' : `tcp-${number}`);
    const name = taken.has(wanted) ? `tcp-${number}` : wanted;
    taken.add(name);
    return { number, name };
  });
}
