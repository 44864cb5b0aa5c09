import type { ContainerObserved, PodObserved } from '../session/observed.ts';

/** What keeps a container, or its whole pod, from serving. */
export interface Trouble {
  /** a failure code of docs/failures.md */
  readonly code: string;
  /** the state in words: "crash loop" */
  readonly words: string;
  /** one or two sentences; what to do */
  readonly message: string;
  readonly hint: string;
  readonly container?: ContainerObserved;
}

/** The first trouble of a pod, if it has one. Pure. */
export function podTrouble(pod: PodObserved): Trouble | undefined {
  if (pod.reason !== undefined && pod.phase === 'Failed') return failedPod(pod, pod.reason);
  for (const container of pod.containers) {
    const trouble = containerTrouble(pod, container);
    if (trouble) return { ...trouble, container };
  }
  return pod.phase === 'Pending' && pod.reason === 'Unschedulable' ? unschedulable(pod) : undefined;
}

function failedPod(pod: PodObserved, reason: string): Trouble {
  return {
    code: 'POD_FAILED',
    words: `pod failed: ${reason}`,
    message: sentence(`Pod ${pod.name} failed: ${reason}`, pod.message),
    hint: 'The cluster gave the pod up: look at its events.',
  };
}

function unschedulable(pod: PodObserved): Trouble {
  return {
    code: 'UNSCHEDULABLE',
    words: 'cannot be scheduled',
    message: sentence(`No node takes pod ${pod.name}`, pod.message),
    hint: 'Lower the resource requests, free room on the node, or look for a volume that is not bound.',
  };
}

function containerTrouble(pod: PodObserved, container: ContainerObserved): Trouble | undefined {
  const { name, reason, state } = container;
  const where = `container ${name} of pod ${pod.name}`;
  if (reason === 'OOMKilled') return outOfMemory(where);
  if (reason === 'CrashLoopBackOff') return crashLoop(where, container);
  const known = state === 'waiting' && reason !== undefined ? waitingReasons[reason] : undefined;
  if (known)
    return {
      ...known,
      message: sentence(`${known.what} for ${where} (image ${container.image})`, container.message),
    };
  const crashed = state === 'terminated' && container.kind === 'app' && (container.exitCode ?? 0) !== 0;
  return crashed ? justCrashed(where, container) : undefined;
}

function outOfMemory(where: string): Trouble {
  return {
    code: 'OUT_OF_MEMORY',
    words: 'out of memory',
    message: `The ${where} was killed because it used more memory than its limit.`,
    hint: 'Raise resources.limits.memory in its manifest, or make it use less.',
  };
}

function crashLoop(where: string, { exitCode, restarts }: ContainerObserved): Trouble {
  const how = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
  const times = restarts === 1 ? 'once' : `${restarts} times`;
  const again = restarts > 0 ? `, started again ${times}` : '';
  return {
    code: 'CRASH_LOOP',
    words: 'crash loop',
    message: `The ${where} ended${how}${again}.`,
    hint: 'Its log says why; the next good save replaces it.',
  };
}

function justCrashed(where: string, { exitCode }: ContainerObserved): Trouble {
  return {
    code: 'CRASHED',
    words: `crashed, exit code ${exitCode}`,
    message: `The ${where} ended with exit code ${exitCode}.`,
    hint: 'Its log says why; the next good save replaces it.',
  };
}

const pull = {
  code: 'IMAGE_PULL_FAILED',
  words: 'image pull failed',
  what: 'The image could not be pulled',
  hint: 'Check the image name, and that an image which rockpool builds is listed under images in rockpool.yaml.',
};
const config = {
  code: 'CONTAINER_CONFIG',
  words: 'container config error',
  what: 'The container could not be made',
  hint: 'A ConfigMap, Secret or key that its manifest names may be missing.',
};

/** Reasons of waiting containers, as pkg/kubelet/images/types.go and pkg/kubelet/kuberuntime name them. */
const waitingReasons: Readonly<Record<string, typeof pull>> = {
  ImagePullBackOff: pull,
  ErrImagePull: pull,
  InvalidImageName: pull,
  ErrImageNeverPull: {
    code: 'IMAGE_NEVER_PULL',
    words: 'image not on the node',
    what: 'The image is not on the node and must not be pulled',
    hint: 'The daemon that images are built into may not be the one the node runs from.',
  },
  CreateContainerConfigError: config,
  CreateContainerError: config,
  RunContainerError: {
    ...config,
    code: 'CONTAINER_START',
    words: 'cannot be started',
    what: 'The container could not be started',
    hint: 'Check its command, arguments and mounts.',
  },
};

function sentence(text: string, detail: string | undefined): string {
  return detail === undefined || detail === '' ? `${text}.` : `${text}: ${detail}`;
}
