import type { Config } from '../config/config.ts';
import { configSchema } from '../config/schema.ts';
import { RockpoolError } from '../session/failure.ts';

/**
 * Where `build --push` pushes to: the registry that was given, else that of rockpool.yaml. Throws a RockpoolError of
 * exit code 2 when there is none, or when what was given is none.
 * @param given the option's value; true or empty: none was written
 */
export function chooseRegistry(given: string | true, config: Pick<Config, 'registry'>): string {
  if (given === true || given === '') {
    if (config.registry) return config.registry;
    throw usage(
      'There is no registry to push to.',
      'Name one by --push=HOST[:PORT][/PATH], or by `registry:` in rockpool.yaml.',
    );
  }
  const checked = configSchema.shape.registry.safeParse(given);
  if (checked.success && checked.data) return checked.data;
  throw usage(
    `--push="${given}" names no registry.`,
    'It is written HOST[:PORT][/PATH], as localhost:5000 or ghcr.io/me. Images are named before --push.',
  );
}

function usage(message: string, hint: string): RockpoolError {
  return new RockpoolError({ code: 'USAGE', subject: 'build', message, hint }, { exitCode: 2 });
}
