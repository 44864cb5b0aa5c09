import type { ServiceSketch } from '../proposal.ts';
import { knownImage, runsServer } from './known-images.ts';

/** A sketch with what a well-known image needs and the sketch does not say: ports, its data folder, when it is ready. Pure. */
export function completeSketch(sketch: ServiceSketch): ServiceSketch {
  const known = knownImage(sketch.image);
  if (!known || !runsServer(sketch.command, sketch.args)) return sketch;
  const { ports, volumes, health } = sketch;
  const usual = Object.keys(known.ports).map(Number);
  const data = known.data;
  return {
    ...sketch,
    ports: ports.length > 0 ? ports : usual,
    volumes: volumes.length > 0 || data === undefined ? volumes : [{ name: 'data', mountPath: data }],
    ...(health === undefined && known.ready ? { health: { command: known.ready } } : {}),
  };
}
