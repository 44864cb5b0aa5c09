import type { UnnumberedLine } from './log-line.ts';
import { prefixColour } from './prefix-colour.ts';
import { stripAllEscapes, stripEscapes } from './strip-escapes.ts';

export interface LineForm {
  readonly format: 'default' | 'raw' | 'json';
  readonly colour: boolean;
  /** each line with its time */
  readonly timestamps: boolean;
  /** each line with its namespace */
  readonly namespaces: boolean;
  /** a terminal reads it: escapes other than colours are taken out; a file or pipe gets what the program wrote */
  readonly terminal: boolean;
}

/** A line as it is printed, without its line end. Lines are never cut. Pure. */
export function lineText(line: UnnumberedLine, form: LineForm): string {
  if (form.format === 'json') return jsonText(line, form);
  const text = shownText(line.text, form);
  const message = form.timestamps && line.time !== '' ? `${line.time} ${text}` : text;
  return form.format === 'raw' ? message : `${prefix(line, form)} ${message}`;
}

function shownText(text: string, { terminal, colour }: LineForm): string {
  if (!terminal) return text;
  return colour ? stripEscapes(text) : stripAllEscapes(text);
}

function prefix({ namespace, pod, container }: UnnumberedLine, { colour, namespaces }: LineForm): string {
  const place = namespaces ? `${namespace} ${pod}` : pod;
  if (!colour) return `${place} ${container}`;
  const colours = prefixColour(pod);
  return `\x1b[${colours.pod}m${place}\x1b[0m \x1b[${colours.container}m${container}\x1b[0m`;
}

/** Stern's keys, as far as a line has them. */
function jsonText(
  { text, time, namespace, pod, container }: UnnumberedLine,
  { timestamps }: LineForm,
): string {
  return JSON.stringify({
    message: text,
    ...(timestamps && time !== '' ? { timestamp: time } : {}),
    namespace,
    podName: pod,
    containerName: container,
  });
}
