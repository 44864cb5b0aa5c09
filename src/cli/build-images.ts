import { orderImages } from '../build/image-graph.ts';
import type { EventBody, SessionConfig } from '../session/events.ts';
import { RockpoolError } from '../session/failure.ts';
import type { ImageBuilder } from '../session/ports.ts';
import { deliveredLine } from '../ui/delivered-line.ts';

/** Told what a build does, in words. */
export type Tell = (line: string) => void;

/**
 * Builds images once, each after those it needs, independent ones at once. Resolves with the ref of each; rejects with
 * a RockpoolError that holds every failed build, after all others ended.
 * @param only these and what they need; empty: all
 */
export async function buildImages(
  config: SessionConfig,
  builder: ImageBuilder,
  only: readonly string[],
  tell: Tell,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const needs = Object.fromEntries(config.images.map((image) => [image.name, image.needs]));
  const builds = new Map<string, Promise<string | undefined>>();
  const failures: RockpoolError[] = [];

  const buildOne = async (name: string): Promise<string | undefined> => {
    const below = needs[name] ?? [];
    const refs = await Promise.all(below.map(async (need) => [need, await builds.get(need)] as const));
    if (refs.some(([, ref]) => ref === undefined)) return undefined;
    try {
      const began = Date.now();
      const request = {
        image: name,
        generation: 1,
        refs: Object.fromEntries(refs) as Record<string, string>,
      };
      const { ref, skipped } = await builder.build(request, (event) => tellDelivered(event, tell), signal);
      tell(
        skipped
          ? `${name}  is built already: ${ref}`
          : `${name}  built in ${((Date.now() - began) / 1000).toFixed(1)} s: ${ref}`,
      );
      return ref;
    } catch (error) {
      if (!(error instanceof RockpoolError)) throw error;
      failures.push(error);
      return undefined;
    }
  };

  for (const name of orderImages(needs)) if (isWanted(name, only, needs)) builds.set(name, buildOne(name));
  const built = await Promise.all([...builds].map(async ([name, ref]) => [name, await ref] as const));
  if (failures.length > 0) throw new RockpoolError(failures.flatMap((error) => error.failures));
  return Object.fromEntries(built.flatMap(([name, ref]) => (ref === undefined ? [] : [[name, ref]])));
}

function tellDelivered(event: EventBody, tell: Tell): void {
  if (event.type === 'image.delivered') tell(deliveredLine(event));
}

function isWanted(
  name: string,
  only: readonly string[],
  needs: Readonly<Record<string, readonly string[]>>,
): boolean {
  const reached = (from: string): boolean => from === name || (needs[from] ?? []).some(reached);
  return only.length === 0 || only.some(reached);
}
