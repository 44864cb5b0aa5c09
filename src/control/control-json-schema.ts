import { z } from 'zod';
import { SessionEvent } from '../session/events.ts';
import { ClientMessage, calls, ServerMessage, streams } from './protocol.ts';

/** The JSON Schema of the lines that a client and a session send each other, with the parameters and answers of each method. */
export function controlJsonSchema(): object {
  const json = (schema: z.ZodType, io: 'input' | 'output') => {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, {
      target: 'draft-7',
      io,
      override: referToEvents,
    });
    return rest;
  };
  const methods = [
    ...Object.entries(calls).map(([name, { params, result }]) => [
      name,
      { params: json(params, 'input'), result: json(result, 'output') },
    ]),
    ...Object.entries(streams).map(([name, { params, item }]) => [
      name,
      { params: json(params, 'input'), item: json(item, 'output') },
    ]),
  ];
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'The control socket of a rockpool session: JSON lines',
    type: 'object',
    properties: { client: json(ClientMessage, 'input'), server: json(ServerMessage, 'output') },
    methods: Object.fromEntries(methods),
  };
}

/** Events have a schema of their own. */
function referToEvents({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: unknown;
  jsonSchema: Record<string, unknown>;
}): void {
  if (zodSchema !== SessionEvent) return;
  for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
  jsonSchema['$ref'] = 'events.schema.json';
}
