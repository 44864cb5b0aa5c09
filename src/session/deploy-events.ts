import { z } from 'zod';
import { event, generation, image } from './define-event.ts';
import { Failure, Places } from './failure.ts';
import { ResourceKey } from './observed.ts';

/** Manifests: rendered, applied, pruned, taken over. */
export const deployEvents = [
  event(
    'manifests.rendered',
    {
      generation,
      resources: z.array(
        z.object({
          key: ResourceKey,
          file: z.string(),
          images: z.array(image),
          hash: z.string().optional().describe('of the manifest as rendered'),
          places: Places.optional().describe('where the fields are written that a failure may be due to'),
        }),
      ),
      held: z.array(z.object({ key: ResourceKey, image })).describe('left out until their image was built'),
      warnings: z.array(z.string()),
    },
    'The manifests were rendered.',
  ),
  event(
    'resource.applied',
    {
      generation,
      key: ResourceKey,
      hash: z.string().describe('of the manifest as sent'),
      outcome: z.enum(['created', 'changed', 'unchanged']),
      warnings: z.array(z.string()),
      revision: z.number().int().optional().describe('metadata.generation of the object afterwards'),
    },
    'The apiserver accepted a manifest.',
  ),
  event(
    'resource.pruned',
    {
      generation,
      key: ResourceKey,
      outcome: z.enum(['deleted', 'kept']),
      reason: z.string().optional().describe('why it was kept, and what to do'),
    },
    'A resource that the manifests no longer have was deleted, or kept with a reason.',
  ),
  event(
    'resource.adopted',
    { generation, key: ResourceKey, managers: z.array(z.string()).describe('whose fields it took over') },
    'A resource that others made is managed by the project from now on.',
  ),
  event(
    'deploy.held',
    { generation, key: ResourceKey, reason: z.string().describe('in words, what is waited for') },
    'An apply waits for something that is about to pass.',
  ),
  event(
    'deploy.succeeded',
    { generation, durationMs: z.number() },
    'Everything that could be applied is applied.',
  ),
  event('deploy.failed', { generation, failures: z.array(Failure) }, 'Rendering or applying failed.'),
] as const;
