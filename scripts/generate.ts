import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { configJsonSchema } from '../src/config/config-json-schema.ts';
import { configReference, schemaReference } from '../src/config/config-reference.ts';
import { controlJsonSchema } from '../src/control/control-json-schema.ts';
import { templateJsonSchema } from '../src/scaffold/template/template-json-schema.ts';
import { SessionEvent } from '../src/session/events.ts';
import { keysReference } from '../src/ui/key-map.ts';
import { withFailuresTable } from '../test/cluster/failures/failures-table.ts';
import { kubeSchema } from './kube-schema.ts';

const root = join(import.meta.dirname, '..');

/**
 * Writes the files that are made from the code: JSON Schemas reference pages, and the table of failures. With `--check` it writes nothing and
 * exits 1 when one of them is stale.
 */
const files: Record<string, string> = {
  'schema/rockpool.schema.json': json(configJsonSchema()),
  'schema/events.schema.json': json(z.toJSONSchema(SessionEvent, { target: 'draft-7' })),
  'schema/control.schema.json': json(controlJsonSchema()),
  'schema/kubernetes.json': json(kubeSchema()),
  'schema/template.schema.json': json(templateJsonSchema()),
  'docs/reference/configuration.md': configReference(),
  'docs/reference/template.md': schemaReference(templateJsonSchema(), {
    file: 'template.yaml',
    guide: '../templates.md',
  }),
  'docs/keys.md': keysReference(),
  'docs/failures.md': withFailuresTable(read(join(root, 'docs/failures.md')) ?? ''),
};

const stale = Object.entries(files).filter(([file, text]) => read(join(root, file)) !== text);
if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`${file} is stale: run \`npm run generate\``);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [file, text] of stale) writeFileSync(join(root, file), text);
  console.log(stale.length > 0 ? `written: ${stale.map(([file]) => file).join(', ')}` : 'nothing changed');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
