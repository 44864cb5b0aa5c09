import { z } from 'zod';
import { configJsonSchema } from '../../config/config-json-schema.ts';
import { controlJsonSchema } from '../../control/control-json-schema.ts';
import { templateJsonSchema } from '../../scaffold/template/template-json-schema.ts';
import { SessionEvent } from '../../session/events.ts';
import { RockpoolError } from '../../session/failure.ts';

/** `rockpool schema`: JSON Schemas on stdout. */
export async function schema(what: string): Promise<number> {
  const schemas: Record<string, () => unknown> = {
    config: configJsonSchema,
    control: controlJsonSchema,
    template: templateJsonSchema,
    events: () => z.toJSONSchema(SessionEvent, { target: 'draft-7' }),
  };
  const make = schemas[what];
  if (!make) {
    const message = `There is no schema "${what}".`;
    throw new RockpoolError(
      { code: 'USAGE', subject: 'schema', message, hint: 'Known are: config, control, events, template.' },
      { exitCode: 2 },
    );
  }
  console.log(JSON.stringify(make(), undefined, 2));
  return 0;
}
