import { openPodLog } from '../kube/pod-log-stream.ts';
import {
  createFollowedCrashReader,
  createFollowedWords,
  type FollowedWords,
} from '../logs/followed-words.ts';
import type { ContainerNow } from '../logs/instance-place.ts';
import { createKubeCrashReader } from '../logs/kube-crash-reader.ts';
import { createKubeLogFollower } from '../logs/kube-log-follower.ts';
import type { Failure } from '../session/failure.ts';
import type { CrashReader, LogFollower } from '../session/ports.ts';
import type { SessionPortsOptions } from './session-ports.ts';
import { systemClock } from './system-clock.ts';

/** Of containers that ran before the session, this many of the last lines; all others are read from their first. */
const BEFORE_SESSION = 100;
/** ms after the start in which such containers are found. */
const FINDING = 5000;

/** Reads the logs of a session's containers, and of those that crashed the last lines. */
export function createLogPorts(options: SessionPortsOptions): { logs: LogFollower; crashes: CrashReader } {
  const words = createFollowedWords();
  return {
    logs: createFollower(options, words),
    crashes: createFollowedCrashReader(words, createCrashes(options), systemClock),
  };
}

function createFollower(
  { cluster, onLines, podOf, onNotice }: SessionPortsOptions,
  words: FollowedWords,
): LogFollower {
  const startedAt = systemClock.now();
  const follower = createKubeLogFollower({
    open: (request, signal) => openPodLog(cluster.client, request, signal),
    onLines: (lines) => {
      words.take(lines);
      return onLines(lines);
    },
    clock: systemClock,
    onProblem: ({ namespace, pod, container }, message) => {
      // What is left of a pod that has gone, or goes, is not to be had: no news.
      if (podOf(namespace, pod)?.deleting === false)
        onNotice(unreadable({ namespace, pod, container }, message));
    },
    containerNow: instanceOf(podOf),
  });
  return {
    follow: async (target, signal) => {
      const pod = podOf(target.namespace, target.pod);
      const isOld = pod !== undefined && pod.createdAt < startedAt && systemClock.now() < startedAt + FINDING;
      const end = words.begin(target.id);
      await follower.follow(target, signal, isOld ? { first: { tailLines: BEFORE_SESSION } } : {});
      end();
    },
  };
}

function createCrashes({ cluster, podOf }: SessionPortsOptions): CrashReader {
  return createKubeCrashReader({
    open: (request, signal) => openPodLog(cluster.client, request, signal),
    containerNow: instanceOf(podOf),
    clock: systemClock,
  });
}

/** The container of a target, as long as its pod is the same. */
function instanceOf(podOf: SessionPortsOptions['podOf']): ContainerNow {
  return ({ namespace, pod, podUid, container }) => {
    const known = podOf(namespace, pod);
    return known?.uid === podUid ? known.containers.find(({ name }) => name === container) : undefined;
  };
}

function unreadable(
  {
    namespace,
    pod,
    container,
  }: { readonly namespace: string; readonly pod: string; readonly container: string },
  message: string,
): Failure {
  return {
    code: 'LOG_UNREADABLE',
    subject: `logs/${pod}/${container}`,
    message: `${pod} ${container}: ${message}`,
    hint: 'the other logs go on; see whether kubectl can read it',
    command: `kubectl logs ${pod} -c ${container} -n ${namespace}`,
  };
}
