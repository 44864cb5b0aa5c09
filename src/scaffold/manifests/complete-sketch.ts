import type { ServiceSketch } from '../proposal.ts';
import { knownImage } from './known-images.ts';

/** A sketch with what a well-known image needs and the sketch does not say: ports, its data folder, when it is ready. Pure. */
export function completeSketch(sketch: ServiceSketch): ServiceSketch {
  const known = knownImage(sketch.image);
  if (!known) return sketch;
  const { ports, volumes, health, command, args } = sketch;
  const usual = Object.keys(known.ports).map(Number);
  const isAsItComes = command === undefined && args === undefined;
  const data = known.data;
  return {
    ...sketch,
    ports: ports.length > 0 || !isAsItComes ? ports : usual,
    volumes: volumes.length > 0 || data === undefined ? volumes : [{ name: 'data', mountPath: data }],
    ...(health === undefined && known.ready ? { health: { command: known.ready } } : {}),
  };
}
