import { z } from 'zod';
import type { JsonSchema } from '../../config/config-json-schema.ts';
import { templateSchema } from './template-schema.ts';

/** The JSON Schema of template.yaml, draft 7. */
export function templateJsonSchema(): JsonSchema {
  return z.toJSONSchema(templateSchema, { target: 'draft-7', io: 'input' }) as JsonSchema;
}
