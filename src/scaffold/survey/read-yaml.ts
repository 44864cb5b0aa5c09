import { parseAllDocuments, parseDocument } from 'yaml';

/** Aliases in it may make it this many times as large: more is an attack. */
const MAX_ALIASES = 100;

/** The value of a YAML or JSON file as its tool would read it, and what is wrong with it in a few words. Pure; never throws. */
export function readYaml(source: string): { readonly value?: unknown; readonly problem?: string } {
  try {
    const document = parseDocument(source, { merge: true, logLevel: 'silent' });
    const [error] = document.errors;
    if (error) return { problem: firstLine(error.message) };
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    return { problem: firstLine((error as Error).message) };
  }
}

/** Every document of a file that can be read. Pure; never throws. */
export function readYamlDocuments(source: string): readonly unknown[] {
  try {
    const documents = parseAllDocuments(source, { merge: true, logLevel: 'silent' });
    return [...documents].flatMap((document) =>
      document.errors.length > 0 ? [] : [document.toJS({ maxAliasCount: MAX_ALIASES })],
    );
  } catch {
    return [];
  }
}

const firstLine = (text: string): string => text.split('\n')[0]?.replace(/:$/, '') ?? text;
