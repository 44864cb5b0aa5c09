import { dirname } from 'node:path';
import type { Asked } from '../../completion/complete-line.ts';
import { findConfig } from '../../config/find-config.ts';
import { findSession } from '../../control/find-session.ts';
import { findWorkload } from '../../control/names.ts';
import type { ControlClient } from '../../control/node-control-client.ts';
import { podsByWorkload, workloadKeys } from '../../diagnosis/workload-keys.ts';
import type { SessionState } from '../../session/state.ts';
import { type ProjectNames, workloadNames } from './project-names.ts';

/** The names that the running session has; undefined when none runs. */
export async function sessionNames(
  { file, workload }: Asked,
  { cwd, signal }: { readonly cwd: string; readonly signal: AbortSignal },
): Promise<ProjectNames | undefined> {
  const config = await findConfig(cwd, file);
  const found = await findSession(config === undefined ? cwd : dirname(config)).catch(() => undefined);
  if (!found) return undefined;
  try {
    const state = await snapshot(found.client, signal);
    if (!state) return undefined;
    const keys = workloadKeys(state);
    return {
      ...workloadNames(keys),
      images: Object.keys(state.images),
      containers: containersOf(state, workload),
      forwards: Object.values(state.forwards).map(({ spec, port }) => ({
        value: spec.id,
        ...(port === undefined ? {} : { about: `127.0.0.1:${port}` }),
      })),
    };
  } finally {
    found.client.close();
  }
}

async function snapshot(client: ControlClient, signal: AbortSignal): Promise<SessionState | undefined> {
  for await (const item of client.stream('attach', {}, signal)) {
    return 'snapshot' in item ? (item.snapshot as SessionState) : undefined;
  }
  return undefined;
}

function containersOf(state: SessionState, workload: string | undefined): readonly string[] {
  const keys = workloadKeys(state);
  const pods = podsByWorkload(state);
  const meant = workload === undefined ? keys : [findWorkload(keys, workload)];
  const names = meant.flatMap((key) =>
    (pods.get(key) ?? []).flatMap(({ containers }) => containers.map(({ name }) => name)),
  );
  return [...new Set(names)].sort();
}
