import { parseAllDocuments } from 'yaml';

/** The values of a tool's own YAML file, as far as they can be read: what is wrong with it is the tool's to say. Pure. */
export function yamlValues(source: string): readonly unknown[] {
  try {
    const documents = [...parseAllDocuments(source, { logLevel: 'silent' })];
    const read = documents.filter(({ errors }) => errors.length === 0);
    return read.map((document) => document.toJS({ maxAliasCount: 100 }) as unknown);
  } catch {
    // An alias without an anchor, or too many of them.
    return [];
  }
}
