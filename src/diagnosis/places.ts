import type { SourcePlace } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { SessionState } from '../session/state.ts';

/** The first place that is known of what a failure is due to; else where the resource is written, if it is the project's. Pure. */
export function placeOf(
  state: SessionState,
  key: ResourceKey,
  due: readonly string[] = [],
): SourcePlace | undefined {
  const resource = state.resources[key] ?? state.resources[cronJobOf(key)];
  if (!resource) return undefined;
  const [place] = [...due, ''].flatMap((what) => resource.places?.[what] ?? []);
  return place ?? { file: resource.file };
}

/** A CronJob names its Jobs after itself and the minute. */
function cronJobOf(key: ResourceKey): ResourceKey {
  const { kind, namespace, name } = resourceParts(key);
  return kind === 'Job' ? `CronJob/${namespace}/${name.replace(/-\d+$/, '')}` : key;
}
