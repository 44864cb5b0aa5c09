import { type PatchStep, patchResource } from '../kube/json-patch.ts';
import { KubeError } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import { getResource } from '../kube/resources.ts';
import { type AppPlace, placeOf } from './app-workloads.ts';
import { STOP_MANAGER } from './stopped-record.ts';

/** Controllers write the status of what changes: some attempts meet a newer version. */
const ATTEMPTS = 10;

/**
 * Patches an object with the steps that its newest version asks for; none when there are none for it, or it is gone.
 * @returns the object afterwards, and whether it was patched. Rejects as KubeClient.request does.
 */
export async function patchFresh(
  { client, signal }: Pick<AppPlace, 'client' | 'signal'>,
  type: ResourceType,
  object: KubeObject,
  stepsFor: (object: KubeObject) => readonly PatchStep[] | undefined,
): Promise<{ readonly object: KubeObject; readonly patched: boolean }> {
  let newest = object;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const steps = stepsFor(newest) ?? [];
    if (steps.length === 0) return { object: newest, patched: false };
    try {
      const options = { fieldManager: STOP_MANAGER, signal };
      const after = await patchResource(client, type, placeOf(object), steps, options);
      return { object: { ...after, kind: type.kind }, patched: true };
    } catch (error) {
      if (!hasChanged(error) || attempt === ATTEMPTS) throw error;
    }
    const found = await getResource(client, type, placeOf(object), signal);
    if (found?.metadata?.uid !== object.metadata?.uid) return { object: newest, patched: false };
    newest = { ...found, kind: type.kind };
  }
}

/** The object is another version by now, or gone. */
function hasChanged(error: unknown): boolean {
  return error instanceof KubeError && (error.status.code === 409 || error.status.code === 404);
}
