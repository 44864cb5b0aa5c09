import { manifestHash } from '../deploy/manifest-hash.ts';
import type { SessionConfig } from '../session/events.ts';
import type { Config } from './config.ts';

/**
 * What of a configuration the session keeps. No values, arguments or secrets: hashes of them.
 * @param namespace the session's
 * @param needs images of the project that each image's Dockerfile builds on
 */
export function sessionConfig(
  config: Pick<Config, 'images' | 'forwards' | 'manifests' | 'generated' | 'partials' | 'sources'>,
  namespace: string,
  needs: Readonly<Record<string, readonly string[]>>,
): SessionConfig {
  const { manifests, partials, sources } = config;
  const inputs = config.generated.map((generated) => generated.inputs);
  const forwards = config.forwards.map((forward) => ({
    ...forward,
    namespace: forward.namespace ?? namespace,
  }));
  const watched = config.images.map(
    ({ name, context, dockerfile, target, args, platform, contexts, ignore, sync, update }) => ({
      name,
      context,
      dockerfile,
      target,
      args,
      platform,
      contexts,
      ignore,
      sync,
      update,
    }),
  );
  return {
    images: config.images.map((image) => {
      const { name, context, dockerfile } = image;
      return { name, context, dockerfile, needs: [...(needs[name] ?? [])], inputs: manifestHash(image) };
    }),
    sources: manifestHash({ images: watched, manifests, inputs, partials, sources }),
    forwards,
    namespaces: [...new Set([namespace, ...forwards.map((forward) => forward.namespace)])],
  };
}
