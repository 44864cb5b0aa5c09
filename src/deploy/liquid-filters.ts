import type { FilterImplOptions } from 'liquidjs';
import { yamlText } from './yaml-text.ts';

/** Filters beside Liquid's own. Each makes text that is safe where its name says. */
export const liquidFilters: Readonly<Record<string, FilterImplOptions>> = {
  yaml: (value: unknown) => yamlText(value).trimEnd(),
  json: (value: unknown) => JSON.stringify(value ?? null),
  quote: (value: unknown) => JSON.stringify(String(value ?? '')),
  indent: (value: unknown, width: unknown) => indent(value, width),
  nindent: (value: unknown, width: unknown) => `\n${indent(value, width)}`,
  b64enc: (value: unknown) => Buffer.from(String(value ?? ''), 'utf8').toString('base64'),
};

/** Every line is moved in, the first too: as helm's filter of this name does. */
function indent(value: unknown, width: unknown): string {
  const columns = Number(width);
  if (!Number.isInteger(columns) || columns < 0)
    throw new Error('indent and nindent take a number of columns');
  return String(value ?? '').replace(/^(?=.)/gm, ' '.repeat(columns));
}
