import type { Effect, Part } from './effect.ts';
import { mayPass } from './failure.ts';
import { dockerHold } from './passing-holds.ts';
import type { SessionState } from './state.ts';

/** What failed for a reason that may pass is tried again after a while. */
export function planRetries({ deploy, images, forwards, watch, cluster }: SessionState): Part {
  const retry = (what: Extract<Effect, { type: 'retry' }>['what'], name: string, generation = 0): Effect => {
    const key = `retry:${what}:${name}@${generation}`;
    return { type: 'retry', key, lane: key, what, name };
  };
  // While the apiserver is lost a deploy waits until it is found.
  const deployFailed =
    !cluster.lost && deploy.failedGeneration === deploy.generation && deploy.failures.some(mayPass);
  const broken = Object.values(images).filter(({ failed, generation }) => failed?.generation === generation);
  return {
    effects: [
      ...(deployFailed ? [retry('deploy', '', deploy.generation)] : []),
      ...broken.flatMap(({ name, failed, generation }) =>
        failed && mayPass(failed.failure) ? [retry('image', name, generation)] : [],
      ),
      ...Object.values(forwards).flatMap(({ spec, failure }) =>
        failure && mayPass(failure) ? [retry('forward', spec.id)] : [],
      ),
      ...(watch.failure && mayPass(watch.failure) ? [retry('watch', '')] : []),
    ],
    holds: Object.values(images).flatMap((image) => dockerHold(image) ?? []),
  };
}
