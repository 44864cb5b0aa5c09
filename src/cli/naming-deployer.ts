import type { EventBody } from '../session/events.ts';
import { RockpoolError } from '../session/failure.ts';
import { nameContext, nameContextIn } from '../session/name-context.ts';
import type { Deployer } from '../session/ports.ts';

/** A deployer whose failures, warnings and reasons name the context in the commands that they advise. */
export function createNamingDeployer(deployer: Deployer, context: string): Deployer {
  return {
    ...deployer,
    deploy: (request, emit, signal) =>
      withNamedContext(context, () =>
        deployer.deploy(request, (event) => emit(named(event, context)), signal),
      ),
  };
}

/** Does the work; rejects as it does, with the context named in the commands of its failures. */
export async function withNamedContext<T>(context: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RockpoolError)) throw error;
    const { exitCode, cause } = error;
    const failures = error.failures.map((failure) => nameContextIn(failure, context));
    throw new RockpoolError(failures, { exitCode, cause });
  }
}

function named(event: EventBody, context: string): EventBody {
  if (event.type === 'resource.applied') {
    return { ...event, warnings: event.warnings.map((warning) => nameContext(warning, context)) };
  }
  if (event.type === 'resource.pruned' && event.reason !== undefined) {
    return { ...event, reason: nameContext(event.reason, context) };
  }
  return event;
}
