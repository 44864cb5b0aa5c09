import type { LogLine } from '../logs/log-line.ts';
import type { LinePasses } from '../logs/log-store.ts';
import { stripAllEscapes } from '../logs/strip-escapes.ts';
import type { ResourceKey } from '../session/observed.ts';

/**
 * Which log lines a screen shows: those of the selected workload, with the typed text in them. The case counts only
 * when the text has a capital letter, as less and ripgrep's smart case have it. Pure.
 */
export function lineFilter(
  text: string,
  selected: ResourceKey | undefined,
  ownerOf: (targetId: string) => ResourceKey | undefined,
): LinePasses {
  const matchesCase = text !== text.toLowerCase();
  const has = (line: string) => (matchesCase ? line : line.toLowerCase()).includes(text);
  const isOfWorkload = (line: LogLine) => selected === undefined || ownerOf(line.targetId) === selected;
  return (line) => isOfWorkload(line) && (text === '' || has(stripAllEscapes(line.text)));
}
