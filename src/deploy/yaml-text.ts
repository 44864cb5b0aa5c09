import { Document, type Scalar, visit } from 'yaml';
import { readPlainScalar } from './plain-scalar.ts';

/**
 * Block YAML of a JSON value that YAML 1.1 and 1.2 readers alike read back as the same value: strings that either
 * would take for something else are quoted. Keys keep their order. Ends with a newline. Pure.
 */
export function yamlText(value: unknown): string {
  const document = new Document(value ?? null, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && isAmbiguous(node.value)) quote(node);
    },
  });
  return document.toString({ lineWidth: 0, nullStr: 'null' });
}

/** Also what begins like a number, a date or a merge key. Several lines become a block, which nobody misreads. */
function isAmbiguous(text: string): boolean {
  return !text.includes('\n') && (typeof readPlainScalar(text) !== 'string' || /^[-+.\d~=<]/.test(text));
}

function quote(node: Scalar): void {
  node.type = 'QUOTE_DOUBLE';
}
