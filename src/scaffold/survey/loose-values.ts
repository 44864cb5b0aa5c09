import { isMap } from '../../deploy/manifest.ts';

/** Readers of values that people wrote: what is of another shape counts as not there. */

export const asMap = (value: unknown): Readonly<Record<string, unknown>> => (isMap(value) ? value : {});

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const asText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const asTexts = (value: unknown): readonly string[] =>
  asList(value).flatMap((item) => asText(item) ?? []);
