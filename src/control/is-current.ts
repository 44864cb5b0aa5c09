import { workloadKeys } from '../diagnosis/workload-keys.ts';
import { mayPass } from '../session/failure.ts';
import type { ImageState, SessionState } from '../session/state.ts';
import { isMade, isReloading, staleTargets, unsynced } from '../session/sync-targets.ts';
import type { Named } from './names.ts';
import { serviceVerdict } from './service-verdict.ts';
import { current, failed, together, type Verdict, waiting } from './verdict.ts';
import { workloadVerdict } from './workload-verdict.ts';

/** What is asked of a state. */
export interface CurrentQuestion {
  /** ms since the epoch */
  readonly now: number;
  /** only these; everything when absent */
  readonly only?: Named;
  /** uids of pods that are known to be of an older pod template: what ails them is history */
  readonly oldPods?: ReadonlySet<string>;
}

/**
 * Whether all that a session knows to be saved is live: the configuration read, images built, manifests applied,
 * workloads rolled out, and the pods that serve the new ones. It fails as soon as the newest generation of anything
 * has. What it does not know (a save that the watcher has not told) is for the caller to find out. Pure.
 */
export function isCurrent(state: SessionState, question: CurrentQuestion): Verdict {
  const config = configVerdict(state);
  // Another configuration may mend whatever else is wrong.
  if (config.is !== 'current') return config;
  const { only } = question;
  const images = Object.values(state.images).filter(({ name }) => !only || only.images.includes(name));
  const keys = workloadKeys(state).filter((key) => !only || only.workloads.includes(key));
  const rest = together([
    ...bugs(state),
    ...images.map(imageVerdict),
    ...images.map((image) => syncVerdict(state, image)),
    deployVerdict(state, only),
    ...(state.cluster.lost
      ? [waiting('the cluster to answer', undefined, [state.cluster.lost])]
      : keys.map((key) => workloadVerdict(state, key, question))),
    ...(only ? [] : Object.values(state.forwards).map(forwardVerdict)),
  ]);
  return only || state.cluster.lost ? rest : together([rest, serviceVerdict(state, rest, question.now)]);
}

function configVerdict({ config, superseded }: SessionState): Verdict {
  if (superseded !== undefined) return waiting(`nothing: ${superseded} has taken the namespace and app over`);
  if (config.failedGeneration === config.generation) return failed(config.failures);
  if (config.loaded !== config.generation) return waiting('the configuration to be read');
  return current;
}

function bugs({ crashed }: SessionState): Verdict[] {
  return Object.entries(crashed).map(([effect, message]) =>
    failed([{ code: 'INTERNAL', subject: effect, message: `${effect} ended without a result: ${message}` }]),
  );
}

function imageVerdict(image: ImageState): Verdict {
  const { name, generation, failed: broken, build, sync } = image;
  if (broken?.generation === generation) {
    const { failure } = broken;
    return mayPass(failure) ? waiting(`image ${name} to be built`, undefined, [failure]) : failed([failure]);
  }
  if (isMade(image)) return current;
  if (sync) return waiting(`the files of ${name} to be synced`);
  return waiting(build ? `image ${name} to be built` : `image ${name}, whose build has not begun`);
}

/** A container that started since has the files of the image, until they are written into it again. */
function syncVerdict(state: SessionState, image: ImageState): Verdict {
  const [target] = unsynced(state, image);
  if (target) return waiting(`files to be synced into ${target.pod.name}`);
  const [stale] = staleTargets(state, image);
  if (stale) return waiting(`${stale.pod.name} to be replaced, which has files of an earlier session`);
  return isReloading(image) ? waiting(`the program of ${image.name} to answer after the sync`) : current;
}

function deployVerdict({ deploy, resources }: SessionState, only: Named | undefined): Verdict {
  const { generation, done, failedGeneration } = deploy;
  if (failedGeneration === generation) {
    const { failures } = deploy;
    const wrong = failures.filter((failure) => !mayPass(failure));
    const concerning = wrong.filter(({ subject }) => !only || concerns(subject, only, resources));
    if (concerning.length > 0) return failed(concerning);
    const passing = failures.filter(mayPass);
    if (passing.length > 0) return waiting('the manifests to be applied', undefined, passing);
    return current;
  }
  return generation <= done ? current : waiting('the manifests to be applied');
}

/** A failure of another resource alone is none of a workload that was asked for by its name. */
function concerns(subject: string, { workloads }: Named, resources: SessionState['resources']): boolean {
  return workloads.includes(subject) || !(subject in resources);
}

function forwardVerdict({ spec, port, failure }: SessionState['forwards'][string]): Verdict {
  if (failure)
    return mayPass(failure)
      ? waiting(`forward ${spec.id} to be opened`, undefined, [failure])
      : failed([failure]);
  return port === undefined ? waiting(`forward ${spec.id} to be opened`) : current;
}
