/** What of test/cluster does not run on the sandbox, and why: a whole file, or one test of it. */
export const NOT_ON_SANDBOX: readonly NotOnSandbox[] = [
  {
    file: 'apply.test.ts',
    reason: 'it is about objects that kubectl and helm made, with the marks that those leave',
  },
  {
    file: 'apply-session.test.ts',
    reason: 'it is about objects that kubectl made, with the marks that it leaves',
  },
  {
    file: 'apply-changes.test.ts',
    test: 'keeps the count that it was scaled to',
    reason: 'the sandbox has no autoscaler and warns of it: the test expects no warning',
  },
  {
    file: 'apply-changes.test.ts',
    test: 'a CRD and its object in one apply; the CRD stays as long as it has objects',
    reason: 'it needs kubectl create of an object of a custom kind',
  },
  {
    file: 'apply-changes.test.ts',
    test: 'a namespace that is being deleted is waited for',
    reason:
      'pods of the sandbox end at SIGTERM, so that the namespace is gone before the next command starts',
  },
  { file: 'charts.test.ts', reason: 'it is about helm' },
  { file: 'delivery.test.ts', reason: 'it needs several Docker Engines and registries' },
  { file: 'doctor.test.ts', reason: 'it needs several Docker Engines and a registry' },
  ...[
    'stop, then up: the same replicas, whoever had set them, and the data is there',
    'stop, then a manifest that says another number: that one counts',
    'down leaves what is not ours, and volumes; --volumes takes those of the StatefulSet too',
    'a stop that is killed half-way is put back whole',
  ].map((test) => ({
    file: 'ends.test.ts',
    test,
    reason: 'the shop needs Redis, which a machine need not have',
  })),
  {
    file: 'ends.test.ts',
    test: 'down --volumes keeps a volume claim that was there before, bound by the StatefulSet or not',
    reason: 'it needs kubectl apply',
  },
  {
    file: 'ends.test.ts',
    test: 'down keeps the volume of a StatefulSet that says it goes with it, also when no controller lets it go',
    reason: 'the sandbox has no admission policies',
  },
  {
    file: 'ends.test.ts',
    test: 'down keeps what the project has from another namespace, and stop what only carries the label',
    reason: 'it needs kubectl run',
  },
  {
    file: 'failures.test.ts',
    reason: 'most of what it breaks needs a scheduler with resources, limits of memory or a registry',
  },
  { file: 'give-back.test.ts', reason: 'it is about objects that kubectl and helm made' },
  {
    file: 'guard.test.ts',
    reason: 'it counts requests in the audit log of the test cluster’s apiserver',
  },
  {
    file: 'healing.test.ts',
    reason: 'it stops the apiserver and the Docker Engine, which the sandbox has in one process',
  },
  {
    file: 'importers.test.ts',
    reason: 'it needs images of databases and programs that other machines need not have',
  },
  { file: 'init.test.ts', reason: 'it needs helm and kustomize' },
  { file: 'killed.test.ts', reason: 'it takes minutes' },
  { file: 'prune.test.ts', reason: 'it looks into the Docker Engine by the docker command' },
  { file: 'push.test.ts', reason: 'it needs a registry' },
  { file: 'shop.test.ts', reason: 'it needs Redis, which a machine need not have' },
  {
    file: 'sync.test.ts',
    test: 'where nothing can be written it is said once, and each save is built',
    reason: 'a read-only root has no effect in the sandbox, which says so at the pod',
  },
  { file: 'templates.test.ts', reason: 'it needs make, and what the templates are made of' },
  {
    file: 'told-alike.test.ts',
    test: 'a quota is told alike in wait, status and lines while older pods serve, and is gone with its cause',
    reason: 'a ResourceQuota has no effect in the sandbox, which says so when it is applied',
  },
];

interface NotOnSandbox {
  /** of test/cluster */
  readonly file: string;
  /** absent: no test of the file */
  readonly test?: string;
  readonly reason: string;
}

/** for vitest's `exclude` */
export const filesNotOnSandbox = NOT_ON_SANDBOX.filter(({ test }) => test === undefined).map(
  ({ file }) => `test/cluster/${file}`,
);
