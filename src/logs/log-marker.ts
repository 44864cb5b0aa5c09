import { prefixColour } from './prefix-colour.ts';

/** A container whose log begins or ends to be shown. */
export interface LogMarker {
  readonly sign: '+' | '-';
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** `+ pod › container`, as stern has it. Pure. */
export function markerText(marker: LogMarker, options: { colour: boolean; namespaces: boolean }): string {
  const { sign, namespace, pod, container } = marker;
  const colours = prefixColour(pod);
  const place = options.namespaces ? `${namespace} ${pod}` : pod;
  if (!options.colour) return `${sign} ${place} › ${container}`;
  const signColour = sign === '+' ? '92;1' : '91;1';
  return `\x1b[${signColour}m${sign}\x1b[0m \x1b[${colours.pod}m${place}\x1b[0m › \x1b[${colours.container}m${container}\x1b[0m`;
}
