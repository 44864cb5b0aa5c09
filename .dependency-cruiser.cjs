// The dependency rule of docs/architecture.md: data flows one way, and what is pure stays pure.
const adapters =
  '^src/.*/(chokidar|buildkit|dockerode|kube|docker|node|undici|ws|minikube|fs|git|execa|listener)-[^/]*\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'session-is-pure',
      comment: 'The core reduces facts and derives work: it touches no technology and no adapter.',
      severity: 'error',
      from: { path: '^src/session/' },
      to: { path: '^(src/(kube|ui|cli|logs|forward|scaffold|sandbox)/|node_modules/)' },
    },
    {
      name: 'session-no-node',
      comment: 'Session code reads no clock, file or process: it must replay anywhere.',
      severity: 'error',
      from: { path: '^src/session/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'session-no-adapter',
      severity: 'error',
      from: { path: '^src/session/' },
      to: { path: adapters },
    },
    {
      name: 'ui-sees-state-and-view-models-only',
      severity: 'error',
      from: { path: '^src/ui/' },
      to: { path: '^src/(kube|build|deploy|watch|forward|cluster|config|cli)/' },
    },
    {
      name: 'adapters-are-chosen-in-commands',
      comment: 'Only a command composes adapters; an adapter may use others of its own area and src/kube.',
      severity: 'error',
      from: { path: '^src/(session|config|ui)/' },
      to: { path: adapters },
    },
    {
      name: 'nothing-imports-the-command-line',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src/', pathNot: '^src/cli/main\\.ts$|\\.d\\.ts$' }, to: {} },
    { name: 'not-to-test', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
