import { stripVTControlCharacters } from 'node:util';
import type { ImageDelivery } from './image-delivery.ts';
import { createToolDelivery } from './tool-delivery.ts';

/**
 * Images through `k3d image import`, onto all nodes of a cluster. It exits 0 also when a node could not take an image,
 * and says so on a line of level error only.
 */
export function createK3dImport(
  cluster: string,
  env: Readonly<Record<string, string | undefined>>,
): ImageDelivery {
  return createToolDelivery({
    way: 'k3d image import',
    program: 'k3d',
    args: (ref) => ['image', 'import', ref, '-c', cluster],
    env,
    failed: ({ stdout, stderr }) => Promise.resolve(saysError(`${stdout}\n${stderr}`)),
  });
}

/** A line of logrus of level error or worse about the import itself; what could not be tidied up afterwards is no matter. */
function saysError(output: string): boolean {
  return stripVTControlCharacters(output)
    .split('\n')
    .some(
      (line) => /^(?:ERRO|FATA)\b|\blevel=(?:error|fatal)\b/.test(line) && !/failed to delete/.test(line),
    );
}
