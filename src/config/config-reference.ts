import { configJsonSchema, expand, type JsonSchema } from './config-json-schema.ts';

/** The reference page of rockpool.yaml, in Markdown, made from its schema. */
export function configReference(): string {
  return schemaReference(configJsonSchema(), { file: 'rockpool.yaml', guide: '../configuration.md' });
}

/** The reference page of one of rockpool's own files. @param guide the page that explains it, as linked from this one */
export function schemaReference(
  schema: JsonSchema,
  { file, guide }: { readonly file: string; readonly guide: string },
): string {
  const rows = rowsOf(schema, schema, '');
  return [
    `# ${file}: reference`,
    '',
    `Made from the schema by \`npm run generate\`. [Guide](${guide}).`,
    '',
    '| key | type | default | what it says |',
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
    '',
  ].join('\n');
}

type Row = readonly [key: string, type: string, preset: string, description: string];

/** Rows of the keys of a map, depth first. Profiles repeat the top level and are not gone into. */
function rowsOf(root: JsonSchema, schema: JsonSchema, prefix: string): readonly Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const key = `${prefix}${name}`;
    const required = schema.required?.includes(name) ?? false;
    const row: Row = [
      `\`${key}\``,
      typeOf(root, property),
      presetOf(property, required),
      describe(root, property),
    ];
    return name === 'profiles' ? [row] : [row, ...innerRows(root, property, key)];
  });
}

function innerRows(root: JsonSchema, property: JsonSchema, key: string): readonly Row[] {
  return expand(root, property).flatMap((variant) => {
    if (variant.items) return innerRows(root, variant.items, `${key}[]`);
    return variant.properties ? rowsOf(root, variant, `${key}.`) : [];
  });
}

function typeOf(root: JsonSchema, property: JsonSchema): string {
  const words = expand(root, property).map((variant) => {
    if (variant.enum) return variant.enum.map((value) => `\`${value}\``).join(', ');
    if (variant.const !== undefined) return `\`${variant.const}\``;
    if (variant.items) return `list of ${typeOf(root, variant.items)}`;
    if (
      typeof variant.additionalProperties === 'object' &&
      Object.keys(variant.additionalProperties).length > 0
    ) {
      return `map of ${typeOf(root, variant.additionalProperties)}`;
    }
    return [variant.type]
      .flat()
      .map((type) => typeWords[type ?? ''] ?? 'anything')
      .join(' or ');
  });
  return [...new Set(words)].join(' or ');
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: 'true or false',
  object: 'map',
};

function presetOf(property: JsonSchema, required: boolean): string {
  if (required) return 'required';
  const preset = property.default;
  if (preset === undefined || (typeof preset === 'object' && JSON.stringify(preset).length === 2)) return '';
  return `\`${String(preset)}\``;
}

function describe(root: JsonSchema, property: JsonSchema): string {
  return property.description ?? expand(root, property)[0]?.description ?? '';
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
