import { configMap, deployment, job, pod, service, statefulSet } from './manifests.ts';

/** A way to fail on the real cluster, and what a user reads of it. */
export interface FailureCase {
  /** of the file in k8s */
  readonly name: string;
  /** for docs/failures.md: how the test makes it */
  readonly how: string;
  /** the line that the failure names ends in `# here` */
  readonly manifest: string;
  readonly code: string;
  /** `Kind/name` */
  readonly subject: string;
  /** the message; `<pod>` stands for the name of a pod */
  readonly reads: string;
  /** a line of the failure's output */
  readonly output?: string;
  /** codes that the same subject may have before */
  readonly before?: readonly string[];
  /** what the cluster says when it knows: of which kind, and a text in the object */
  readonly known?: readonly [kind: 'pods' | 'events' | 'deployments' | 'nodes', text: RegExp];
  /** the manifest in which it is mended, or commands of kubectl; controllers wait longer and longer until they try again by themselves */
  readonly mended?: string | readonly (readonly string[])[];
}

/** A node that the test makes, which nobody runs. */
export const GHOST = 'rockpool-test-ghost';

const web = (body: string) => `command:
  - sh
  - -c
  - |
${body
  .trim()
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}`;

const answers503 = web(
  `while true; do printf 'HTTP/1.1 503 Busy\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n' | nc -l -p 8080 >/dev/null; done`,
);

const quotaJob = (pods: string) =>
  `${job('quota', { pod: 'activeDeadlineSeconds: 600' }).replace('    spec:', '    spec: # here')}---
apiVersion: v1
kind: ResourceQuota
metadata:
  name: few
spec:
  hard: { pods: "${pods}" }
  scopes: [Terminating]
`;

export const cases: readonly FailureCase[] = [
  {
    name: 'crash',
    how: 'a container that prints a line and ends with exit code 3, in a Deployment whose progress deadline passes meanwhile',
    manifest: deployment('crash', {
      spec: 'progressDeadlineSeconds: 20',
      container: `command: [sh, -c, "echo about to fail; exit 3"]
readinessProbe: { exec: { command: ["true"] }, initialDelaySeconds: 60 }`,
    }).replace('name: main', 'name: main # here'),
    code: 'CRASH_LOOP',
    subject: 'Deployment/crash',
    reads: 'The container main of pod <pod> ended with exit code 3, started again <times>.',
    output: 'about to fail',
    before: ['CRASHED'],
    known: ['pods', /"reason":"CrashLoopBackOff"/],
    mended: deployment('crash', {}),
  },
  {
    name: 'migrate',
    how: 'a Job whose only attempt ends with exit code 2',
    manifest: job('migrate', { container: 'command: [sh, -c, "echo no such table; exit 2"]' }).replace(
      'name: main',
      'name: main # here',
    ),
    code: 'CRASHED',
    subject: 'Job/migrate',
    reads: 'The container main of pod <pod> ended with exit code 2.',
    output: 'no such table',
    known: ['pods', /"exitCode":2/],
  },
  {
    name: 'hungry',
    how: 'a container that takes more than its limit of 16 MiB',
    manifest: deployment('hungry', {
      container: `command: [sh, -c, "echo filling; tail /dev/zero"]
resources:
  limits:
    memory: 16Mi # here`,
    }),
    code: 'OUT_OF_MEMORY',
    subject: 'Deployment/hungry',
    reads:
      'The container main of pod <pod> was killed because it used more memory than its limit of 16Mi, started again <times>.',
    output: 'filling',
    known: ['pods', /"reason":"OOMKilled"/],
  },
  {
    name: 'pull',
    how: 'an image of a registry that does not answer',
    manifest: deployment('pull', { image: '127.0.0.1:1/nobody/nothing:1 # here' }),
    code: 'IMAGE_PULL_FAILED',
    subject: 'Deployment/pull',
    reads:
      'The image 127.0.0.1:1/nobody/nothing:1 could not be pulled for the container main of pod <pod>: Head "https://127.0.0.1:1/v2/nobody/nothing/manifests/1": dial tcp 127.0.0.1:1: connect: connection refused.',
    known: ['pods', /"reason":"ErrImagePull"/],
    mended: deployment('pull', {}),
  },
  {
    name: 'badname',
    how: 'an image name in upper case',
    manifest: deployment('badname', { image: 'Shop/Web:1 # here' }),
    code: 'IMAGE_NAME_INVALID',
    subject: 'Deployment/badname',
    reads:
      'The image name Shop/Web:1 for the container main of pod <pod> is not valid: repository name (Web) must be lowercase.',
    known: ['pods', /"reason":"InvalidImageName"/],
  },
  {
    name: 'never',
    how: '`imagePullPolicy: Never` and an image that the node does not have',
    manifest: deployment('never', { image: 'nothing:1 # here' }).replace('IfNotPresent', 'Never'),
    code: 'IMAGE_NEVER_PULL',
    subject: 'Deployment/never',
    reads:
      'The image nothing:1 for the container main of pod <pod> is not on the node, and imagePullPolicy: Never forbids to pull it.',
    known: ['pods', /"reason":"ErrImageNeverPull"/],
  },
  {
    name: 'nocommand',
    how: 'a command that the image does not have',
    manifest: deployment('nocommand', { container: 'command: [/no/such] # here' }),
    code: 'CONTAINER_START',
    subject: 'Deployment/nocommand',
    reads:
      'The container main of pod <pod> cannot be started: cannot run /no/such: no such file or directory.',
    known: ['pods', /"reason":"(RunContainerError|StartError)"/],
  },
  {
    name: 'busy',
    how: 'a readiness probe that is answered with 503',
    manifest: deployment('busy', {
      container: `${answers503}
readinessProbe: # here
  httpGet: { path: /healthz, port: 8080 }
  initialDelaySeconds: 1
  periodSeconds: 1`,
    }),
    code: 'PROBE_FAILED',
    subject: 'Deployment/busy',
    reads:
      'The container main of pod <pod> runs but is not ready: its readiness probe (GET :8080/healthz) fails: it was answered with status 503.',
    mended: deployment('busy', {}),
  },
  {
    name: 'deaf',
    how: 'a readiness probe of a port that nobody listens on',
    manifest: deployment('deaf', {
      container: `command: [sleep, "3600"]
readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } # here`,
    }),
    code: 'PROBE_FAILED',
    subject: 'Deployment/deaf',
    reads:
      'The container main of pod <pod> runs but is not ready: its readiness probe (TCP :8080) fails: connection refused, nobody listens there.',
    known: ['events', /Readiness probe failed.*"count":[3-9]/],
  },
  {
    name: 'notyet',
    how: 'a readiness probe whose command ends with an error',
    manifest: deployment('notyet', {
      container: `command: [sleep, "3600"]
readinessProbe: # here
  exec: { command: [sh, -c, "echo still loading; exit 1"] }
  periodSeconds: 1`,
    }),
    code: 'PROBE_FAILED',
    subject: 'Deployment/notyet',
    reads:
      'The container main of pod <pod> runs but is not ready: its readiness probe (exec: sh -c echo still loading; exit 1) fails: it said: still loading.',
  },
  {
    name: 'dead',
    how: 'a liveness probe of a port that nobody listens on',
    manifest: deployment('dead', {
      container: `command: [sleep, "3600"]
livenessProbe: # here
  httpGet: { path: /live, port: 8081 }
  periodSeconds: 1
  failureThreshold: 1`,
    }),
    code: 'PROBE_FAILED',
    subject: 'Deployment/dead',
    reads:
      'The container main of pod <pod> is ended and started again by the kubelet, because its liveness probe (GET :8081/live) fails: connection refused, nobody listens there.',
  },
  {
    name: 'slow',
    how: 'a startup probe that fails for longer than it may',
    manifest: deployment('slow', {
      container: `command: [sleep, "3600"]
startupProbe: # here
  httpGet: { path: /start, port: 8081 }
  periodSeconds: 1
  failureThreshold: 2`,
    }),
    code: 'PROBE_FAILED',
    subject: 'Deployment/slow',
    reads:
      'The container main of pod <pod> runs but is not ready: its startup probe (GET :8081/start) fails: connection refused, nobody listens there.',
  },
  {
    name: 'large',
    how: 'a request for 500 CPUs',
    manifest: deployment('large', {
      container: `command: [sleep, "3600"]
resources:
  requests:
    cpu: 500 # here`,
    }),
    code: 'UNSCHEDULABLE',
    subject: 'Deployment/large',
    reads: 'No node takes pod <pod>: not enough cpu is free (1 node), container main asks for 500<more>',
    known: ['pods', /"reason":"Unschedulable"/],
    mended: deployment('large', {}),
  },
  {
    name: 'picky',
    how: 'a nodeSelector that no node fits',
    manifest: deployment('picky', { pod: 'nodeSelector: # here\n  disk: ssd' }),
    code: 'UNSCHEDULABLE',
    subject: 'Deployment/picky',
    reads: 'No node takes pod <pod>: no node has the labels of its nodeSelector, disk=ssd<more>',
    known: ['pods', /"reason":"Unschedulable"/],
  },
  {
    name: 'unserved',
    how: 'a `schedulerName` that nobody serves',
    manifest: deployment('unserved', { pod: 'schedulerName: my-scheduler # here' }),
    code: 'NO_SCHEDULER',
    subject: 'Deployment/unserved',
    reads:
      'No scheduler looks at pod <pod>: it asks for the one named my-scheduler, which does not seem to run. The other pods here are scheduled.',
    mended: deployment('unserved', {}),
  },
  {
    name: 'noconfig',
    how: '`envFrom` of a ConfigMap that is not there',
    manifest: deployment('noconfig', {
      container: `command: [sleep, "3600"]
envFrom:
  - configMapRef:
      name: settings # here`,
    }),
    code: 'CONFIG_MAP_MISSING',
    subject: 'Deployment/noconfig',
    reads: 'The container main of pod <pod> cannot be made: there is no ConfigMap settings.',
    known: ['pods', /"reason":"CreateContainerConfigError"/],
    mended: [['create', 'configmap', 'settings', '--from-literal=a=b']],
  },
  {
    name: 'nokey',
    how: 'a variable from a key that the ConfigMap does not have',
    manifest: `${deployment('nokey', {
      container: `command: [sleep, "3600"]
env:
  - name: A
    valueFrom:
      configMapKeyRef:
        name: half
        key: colour # here`,
    })}---
apiVersion: v1
kind: ConfigMap
metadata:
  name: half
data:
  size: large
`,
    code: 'CONFIG_MAP_MISSING',
    subject: 'Deployment/nokey',
    reads: 'The container main of pod <pod> cannot be made: the ConfigMap half has no key colour.',
    known: ['pods', /"reason":"CreateContainerConfigError"/],
  },
  {
    name: 'nosecret',
    how: 'a variable from a Secret that is not there',
    manifest: deployment('nosecret', {
      container: `command: [sleep, "3600"]
env:
  - name: PASSWORD
    valueFrom:
      secretKeyRef:
        name: database # here
        key: password`,
    }),
    code: 'SECRET_MISSING',
    subject: 'Deployment/nosecret',
    reads: 'The container main of pod <pod> cannot be made: there is no Secret database.',
    known: ['pods', /"reason":"CreateContainerConfigError"/],
    mended: [['create', 'secret', 'generic', 'database', '--from-literal=password=x']],
  },
  {
    name: 'nofiles',
    how: 'a volume of a Secret that is not there',
    manifest: deployment('nofiles', {
      container: 'command: [sleep, "3600"]\nvolumeMounts:\n  - { name: files, mountPath: /files }',
      pod: 'volumes:\n  - name: files\n    secret:\n      secretName: certificates # here',
    }),
    code: 'SECRET_MISSING',
    subject: 'Deployment/nofiles',
    reads: 'The volume files of pod <pod> cannot be made: there is no Secret certificates.',
    known: ['events', /FailedMount.*certificates|certificates.*FailedMount/],
  },
  {
    name: 'nofolder',
    how: 'a hostPath volume of type Directory that is not there',
    manifest: deployment('nofolder', {
      container: 'command: [sleep, "3600"]\nvolumeMounts:\n  - { name: files, mountPath: /files }',
      pod: 'volumes:\n  - name: files # here\n    hostPath: { path: /no/such/folder, type: Directory }',
    }),
    code: 'VOLUME_FAILED',
    subject: 'Deployment/nofolder',
    reads:
      'The volume files of pod <pod> cannot be mounted: hostPath type check failed: /no/such/folder is not a directory.',
  },
  {
    name: 'noclaim',
    how: 'a PersistentVolumeClaim that is not there',
    manifest: deployment('noclaim', {
      container: 'command: [sleep, "3600"]\nvolumeMounts:\n  - { name: data, mountPath: /data }',
      pod: 'volumes:\n  - name: data\n    persistentVolumeClaim:\n      claimName: data # here',
    }),
    code: 'VOLUME_MISSING',
    subject: 'Deployment/noclaim',
    reads: 'Pod <pod> waits for a volume: there is no PersistentVolumeClaim data.',
    known: ['pods', /"reason":"Unschedulable"/],
  },
  {
    name: 'unbound',
    how: 'a PersistentVolumeClaim of a StorageClass that is not there',
    manifest: `${deployment('unbound', {
      container: 'command: [sleep, "3600"]\nvolumeMounts:\n  - { name: data, mountPath: /data }',
      pod: 'volumes:\n  - name: data\n    persistentVolumeClaim:\n      claimName: odd # here',
    })}---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: odd
spec:
  storageClassName: fast
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Mi
`,
    code: 'VOLUME_UNBOUND',
    subject: 'Deployment/unbound',
    reads:
      'Pod <pod> waits for a volume: the PersistentVolumeClaim odd is not bound: storageclass.storage.k8s.io "fast" not found.',
    known: ['pods', /"reason":"Unschedulable"/],
  },
  {
    name: 'noaccount',
    how: 'a service account that is not there',
    manifest: deployment('noaccount', { pod: 'serviceAccountName: robot # here' }),
    code: 'SERVICE_ACCOUNT_MISSING',
    subject: 'Deployment/noaccount',
    reads: 'There is no ServiceAccount robot, so the pods of Deployment noaccount cannot be made.',
    known: ['deployments', /"reason":"FailedCreate"/],
    mended: [
      ['create', 'serviceaccount', 'robot'],
      ['annotate', 'deployment/noaccount', 'try=again'],
    ],
  },
  {
    name: 'noaccount-set',
    how: 'the same of a StatefulSet, which only an event tells',
    manifest: statefulSet('noaccount-set', { pod: 'serviceAccountName: android # here' }),
    code: 'SERVICE_ACCOUNT_MISSING',
    subject: 'StatefulSet/noaccount-set',
    reads: 'There is no ServiceAccount android, so the pods of StatefulSet noaccount-set cannot be made.',
    known: ['events', /FailedCreate/],
    mended: [
      ['create', 'serviceaccount', 'android'],
      ['annotate', 'statefulset/noaccount-set', 'try=again'],
    ],
  },
  {
    name: 'quota',
    how: 'a ResourceQuota of no pods that end by themselves, and a Job',
    manifest: quotaJob('0'),
    code: 'QUOTA_EXCEEDED',
    subject: 'Job/quota',
    reads: 'The quota few does not let the pods of Job quota be made: pods 0 of 0 used, 1 more asked for.',
    known: ['events', /FailedCreate/],
    mended: quotaJob('5')
      .replace(' # here', '')
      .replace('name: quota', 'name: quota\n  annotations: { try: again }'),
  },
  {
    name: 'denied',
    how: 'a validating webhook that denies pods',
    manifest: deployment('denied', { labels: 'rockpool-test: deny' }).replace(
      '    spec:\n',
      '    spec: # here\n',
    ),
    code: 'WEBHOOK_DENIED',
    subject: 'Deployment/denied',
    reads:
      'The admission webhook deny.rockpool.test does not let the pods of Deployment denied be made: not on a Friday.',
    known: ['deployments', /"reason":"FailedCreate"/],
  },
  {
    name: 'unanswered',
    how: 'a validating webhook where nobody answers',
    manifest: deployment('unanswered', { labels: 'rockpool-test: silent' }).replace(
      'name: unanswered',
      'name: unanswered # here',
    ),
    code: 'WEBHOOK_FAILED',
    subject: 'Deployment/unanswered',
    reads:
      'The admission webhook silent.rockpool.test does not answer, so the pods of Deployment unanswered cannot be made: <why>',
    known: ['deployments', /"reason":"FailedCreate"/],
  },
  {
    name: 'refused',
    how: 'the same webhook, of a ConfigMap that is applied',
    manifest: configMap('refused', 'deny'),
    code: 'WEBHOOK_DENIED',
    subject: 'ConfigMap/refused',
    reads: 'ConfigMap refused is refused by the admission webhook deny.rockpool.test: not on a Friday',
  },
  {
    name: 'unasked',
    how: 'a webhook where nobody answers, of a ConfigMap that is applied',
    manifest: configMap('unasked', 'silent'),
    code: 'WEBHOOK_FAILED',
    subject: 'ConfigMap/unasked',
    reads: 'ConfigMap unasked waits for the admission webhook silent.rockpool.test, which does not answer',
  },
  {
    name: 'evicted',
    how: 'a pod whose status says that the kubelet evicted it (set by the test, as the test kubelet does not measure storage)',
    manifest: pod('evicted', { pod: `nodeName: ${GHOST}` }).replace('spec:', 'spec: # here'),
    code: 'EVICTED',
    subject: 'Pod/evicted',
    reads:
      'The node ended pod evicted to save room: Usage of EmptyDir volume "cache" exceeds the limit "1Mi".',
    known: ['pods', /"reason":"Evicted"/],
  },
  {
    name: 'ghost',
    how: 'a pod on a node that nobody runs',
    manifest: deployment('ghost', { pod: `nodeName: ${GHOST}` }),
    code: 'NODE_NOT_READY',
    subject: `Node/${GHOST}`,
    reads: `Node ${GHOST} is not ready: NodeStatusUnknown, Kubelet stopped posting node status. Pod <pod> is there.`,
    known: ['nodes', /NodeStatusUnknown/],
  },
  {
    name: 'late',
    how: 'a progress deadline that passes while no pod is told to be in trouble: its readiness probe may fail 1000 times',
    manifest: deployment('late', {
      spec: 'progressDeadlineSeconds: 5',
      container: `command: [sleep, "3600"]
readinessProbe:
  tcpSocket: { port: 8080 }
  periodSeconds: 30
  failureThreshold: 1000`,
    }).replace('    spec:\n', '    spec: # here\n'),
    code: 'ROLLOUT_FAILED',
    subject: 'Deployment/late',
    reads:
      'The rollout failed (exceeded its progress deadline): Readiness probe failed: dial tcp <ip>: connect: connection refused.',
    known: ['deployments', /"reason":"ProgressDeadlineExceeded"/],
  },
  {
    name: 'lost',
    how: 'a Service whose selector has a letter too few',
    manifest: `${deployment('shop', { labels: 'tier: front' })}---
${service('lost', 'app: shp', '- port: 80').replace('selector:', 'selector: # here')}`,
    code: 'SERVICE_SELECTS_NOTHING',
    subject: 'Service/lost',
    reads:
      'Service lost leads nowhere: no pod has the labels of its selector, app=shp. The nearest is Deployment shop, which has app=shop.',
  },
  {
    name: 'noport',
    how: 'a Service whose targetPort is the name of no container port',
    manifest: `${deployment('named', { container: 'command: [sleep, "3600"]\nports:\n  - { name: http, containerPort: 8080 }' })}---
${service('noport', 'app: named', '- port: 80\n  targetPort: htp # here')}`,
    code: 'SERVICE_PORT_MISSING',
    subject: 'Service/noport',
    reads:
      'Service noport leads nowhere on port 80: its pods have no container port named htp; their ports are named http.',
  },
  {
    name: 'unheard',
    how: 'a forward to a port that nobody listens on, and a client',
    manifest: `${deployment('unheard', {
      container: `command: [sh, -c, "until [ -f /tmp/go ]; do sleep 1; done; while true; do nc -l -p 8080 -e echo hello; done"]
ports:
  - containerPort: 3000`,
    })}---
${service('unheard', 'app: unheard', '- port: 80\n  targetPort: 8080 # here')}`,
    code: 'PORT_NOT_LISTENED',
    subject: 'forward/service/unheard:80',
    reads:
      'The forward reaches pod <pod>, but nobody listens on port 8080 there. Its containers declare 3000 (main).',
    mended: [['exec', 'deploy/unheard', '--', 'touch', '/tmp/go']],
  },
];
