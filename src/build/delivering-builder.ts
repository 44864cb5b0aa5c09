import type { ImageDelivery } from '../cluster/image-delivery.ts';
import { RockpoolError } from '../session/failure.ts';
import type { Clock, ImageBuilder } from '../session/ports.ts';

export interface DeliveringBuilderOptions {
  readonly builder: ImageBuilder;
  /** absent: the nodes run from the daemon that is built into */
  readonly delivery?: ImageDelivery | undefined;
  readonly clock: Clock;
}

/**
 * A builder whose images are on the nodes when `build` resolves: what it built is brought there, and what the daemon had
 * already unless every node has it. Emits `image.delivered` then. Rejects as the builder and the delivery do.
 */
export function createDeliveringBuilder({
  builder,
  delivery,
  clock,
}: DeliveringBuilderOptions): ImageBuilder {
  if (!delivery) return builder;
  return {
    async build(request, emit, signal) {
      const { image, generation } = request;
      let steps = 0;
      const built = await builder.build(
        request,
        (event) => {
          if (event.type === 'build.progressed') steps = event.total;
          emit(event);
        },
        signal,
      );
      const { ref, skipped: isOld } = built;
      const { way } = delivery;
      try {
        const began = clock.now();
        // asking the nodes takes a while, and what was built just now is hardly there
        const skipped = isOld && (await delivery.has(ref, signal)) === true;
        if (!skipped) {
          // so that a screen shows what is waited for
          if (isOld) emit({ type: 'build.started', image, generation, ref });
          emit({
            type: 'build.progressed',
            image,
            generation,
            step: way,
            index: steps + 1,
            total: steps + 1,
          });
          await delivery.deliver(ref, signal);
        }
        const durationMs = clock.now() - began;
        emit({ type: 'image.delivered', image, generation, ref, way, skipped, durationMs });
      } catch (error) {
        throw error instanceof RockpoolError ? aboutImage(error, image) : error;
      }
      return built;
    },
  };
}

function aboutImage(error: RockpoolError, image: string): RockpoolError {
  const failures = error.failures.map((failure) => ({ ...failure, subject: `image/${image}` }));
  return new RockpoolError(failures, { exitCode: error.exitCode, cause: error.cause });
}
