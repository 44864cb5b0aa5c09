/** Manifests of a broken project, as a person writes them. The line that a failure should name ends in `# here`. */

interface Parts {
  /** of the only container, but for name and image */
  readonly container?: string;
  /** of the pod, beside containers */
  readonly pod?: string;
  /** of the workload, beside selector and template */
  readonly spec?: string;
  readonly image?: string;
  readonly labels?: string;
}

/** Of the project: busybox as it is. */
const IMAGE = 'failures/box';

export function deployment(name: string, parts: Parts): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
${indent(parts.spec ?? 'replicas: 1', 2)}
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
${indent(parts.labels ?? `tier: ${name}`, 8)}
    spec:
${indent(podSpec(parts), 6)}
`;
}

export function statefulSet(name: string, parts: Parts): string {
  return deployment(name, parts)
    .replace('kind: Deployment', 'kind: StatefulSet')
    .replace('spec:\n', `spec:\n  serviceName: ${name}\n`);
}

export function job(name: string, parts: Parts): string {
  return `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
spec:
${indent(parts.spec ?? 'backoffLimit: 0', 2)}
  template:
    spec:
      restartPolicy: Never
${indent(podSpec(parts), 6)}
`;
}

export function pod(name: string, parts: Parts): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
${indent(podSpec(parts), 2)}
`;
}

export function configMap(name: string, webhook: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name} # here
  labels:
    rockpool-test: ${webhook}
data:
  size: large
`;
}

export function service(name: string, selector: string, port: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
${indent(selector, 4)}
  ports:
${indent(port, 4)}
`;
}

function podSpec({ container = 'command: [sleep, "3600"]', pod = '', image = IMAGE }: Parts): string {
  return `terminationGracePeriodSeconds: 0
${pod === '' ? '' : `${pod}\n`}containers:
  - name: main
    image: ${image}
    imagePullPolicy: IfNotPresent
${indent(container, 4)}`;
}

function indent(text: string, spaces: number): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `${' '.repeat(spaces)}${line}`)
    .join('\n');
}
