import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { z } from 'zod';
import { configJsonSchema } from '../../config/config-json-schema.ts';
import { findConfig } from '../../config/find-config.ts';
import { MODELINE, writeSchema } from '../../config/schema-file.ts';
import { controlJsonSchema } from '../../control/control-json-schema.ts';
import { templateJsonSchema } from '../../scaffold/template/template-json-schema.ts';
import { SessionEvent } from '../../session/events.ts';
import { RockpoolError } from '../../session/failure.ts';

interface Known {
  make(): object;
  /** of files that people write: the name of its file in .rockpool, and the first line that names it */
  readonly file?: string;
  readonly modeline?: string;
}

const schemas = {
  config: { make: configJsonSchema, file: 'schema.json', modeline: MODELINE },
  control: { make: controlJsonSchema },
  template: {
    make: templateJsonSchema,
    file: 'template.schema.json',
    modeline: '# yaml-language-server: $schema=.rockpool/template.schema.json',
  },
  events: { make: () => z.toJSONSchema(SessionEvent, { target: 'draft-7' }) },
} satisfies Record<string, Known>;

export interface SchemaOptions {
  readonly write?: boolean;
}

/** `rockpool schema`: JSON Schemas on stdout, or where editors look for them. */
export async function schema(what: keyof typeof schemas, { write = false }: SchemaOptions): Promise<number> {
  const known: Known = schemas[what];
  if (write) return writeFor(what, known);
  console.log(JSON.stringify(known.make(), undefined, 2));
  return 0;
}

async function writeFor(what: keyof typeof schemas, { make, file, modeline }: Known): Promise<number> {
  if (file === undefined || modeline === undefined) {
    const message = `No file that people write has the schema "${what}".`;
    const hint = '--write is for config and template.';
    throw new RockpoolError({ code: 'USAGE', subject: 'schema', message, hint }, { exitCode: 2 });
  }
  const config = what === 'config' ? await findConfig(process.cwd()) : 'template.yaml';
  const root = config === undefined || what !== 'config' ? process.cwd() : dirname(config);
  await writeSchema(root, file, make());
  console.log(relative(process.cwd(), `${root}/.rockpool/${file}`));
  const text = config === undefined ? '' : await readFile(config, 'utf8').catch(() => '');
  if (!text.includes(modeline)) console.error(`editors find it by the first line of the file: ${modeline}`);
  return 0;
}
