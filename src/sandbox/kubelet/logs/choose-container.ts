import { refuse } from '../../api/api-error.ts';
import type { Pod } from '../objects.ts';

/** The container that a request means: the one it names, or the only one. Throws an ApiError of 400 in the apiserver's words. Pure. */
export function chooseContainer({ metadata, spec }: Pod, wanted: string | undefined): string {
  const containers = (spec?.containers ?? []).map(({ name }) => name);
  const inits = (spec?.initContainers ?? []).map(({ name }) => name);
  if (wanted !== undefined) {
    if ([...containers, ...inits].includes(wanted)) return wanted;
    throw refuse.badRequest(`container ${wanted} is not valid for pod ${metadata.name}`);
  }
  const [only] = containers;
  if (containers.length === 1 && only !== undefined) return only;
  const others = inits.length > 0 ? ` or one of the init containers: [${inits.join(' ')}]` : '';
  throw refuse.badRequest(
    `a container name must be specified for pod ${metadata.name}, choose one of: [${containers.join(' ')}]${others}`,
  );
}
