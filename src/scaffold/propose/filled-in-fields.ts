import { isMap } from '../../deploy/manifest.ts';
import type { Source } from './source.ts';

/** `${NAME}` and `${NAME:-default}` */
export const VARIABLE = /\$\{([A-Za-z_]\w*)(?::?-([^}]*))?\}/g;

/** What these hold may well mean a shell's variables, or those of another program. */
const OF_PROGRAMS = new Set([
  'data',
  'stringData',
  'command',
  'args',
  'env',
  'annotations',
  'postStart',
  'preStop',
]);

/** Whether a field that Kubernetes itself reads, such as the host of an Ingress, is filled in before it is applied. Pure. */
export function hasFilledInFields({ objects }: Source): boolean {
  return objects.some(({ manifest }) => holdsVariable(manifest));
}

function holdsVariable(value: unknown): boolean {
  if (typeof value === 'string') return new RegExp(VARIABLE).test(value);
  if (Array.isArray(value)) return value.some(holdsVariable);
  if (!isMap(value)) return false;
  return Object.entries(value).some(
    ([key, item]) => new RegExp(VARIABLE).test(key) || (!OF_PROGRAMS.has(key) && holdsVariable(item)),
  );
}
