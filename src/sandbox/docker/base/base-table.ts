/** What a public image stands for in the sandbox: programs of this machine. */
export interface BaseKind {
  /** of the image, without registry, `library/` and tag */
  readonly names: RegExp;
  /** the program that the image is about, and what asks it for its version; absent: any machine will do */
  readonly program?: string;
  /** names under which the image has programs, with those of this machine, most wanted first */
  readonly programs: Readonly<Record<string, readonly string[]>>;
  readonly versionArguments?: readonly string[];
  /** what makes it say where it really is, since what PATH has may only look it up (pyenv) */
  readonly placeArguments?: readonly string[];
  /** how many numbers of a tag's version must be the same as the program's */
  readonly digits: number;
  readonly env: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly cmd: readonly string[];
  readonly workingDir?: string;
  readonly exposed?: readonly number[];
  /** made in it */
  readonly folders: readonly string[];
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** What pip installs goes there, never into this machine's Python (see RUN_VARIABLES). */
export const PYTHON_PACKAGES = '/usr/local/lib/python/site-packages';

const PYTHON_PLACE = ['-c', 'import sys; print(sys.executable)'];
/** A RUN in an image without a shell fails, as it does everywhere. */
const SHELL = { '/bin/sh': ['sh'] };
const SYSTEM = { programs: SHELL, digits: 0, env: [`PATH=${PATH}`], folders: [] };

/**
 * One row for each family of images. Environment, command and folders are the official images' own (their Dockerfiles
 * on GitHub: nodejs/docker-node, docker-library/python, golang, ruby, redis, adoptium/containers; distroless).
 */
export const BASE_TABLE: readonly BaseKind[] = [
  { ...SYSTEM, names: /^(alpine|busybox)$/, cmd: ['/bin/sh'] },
  { ...SYSTEM, names: /^(debian|ubuntu|buildpack-deps)$/, cmd: ['bash'] },
  {
    names: /^node$/,
    program: 'node',
    programs: { ...SHELL, node: ['node'], nodejs: ['node'] },
    digits: 1,
    env: [`PATH=${PATH}`],
    cmd: ['node'],
    folders: ['/home/node'],
  },
  {
    names: /^(python|pypy)$/,
    program: 'python3',
    programs: {
      ...SHELL,
      python: ['python3', 'python'],
      python3: ['python3', 'python'],
      pip: ['python3'],
      pip3: ['python3'],
    },
    versionArguments: ['--version'],
    placeArguments: PYTHON_PLACE,
    digits: 2,
    env: [`PATH=${PYTHON_PACKAGES}/bin:${PATH}`, 'LANG=C.UTF-8', `PYTHONPATH=${PYTHON_PACKAGES}`],
    cmd: ['python3'],
    folders: [PYTHON_PACKAGES],
  },
  {
    names: /^golang$/,
    program: 'go',
    programs: { ...SHELL, go: ['go'] },
    versionArguments: ['version'],
    digits: 2,
    env: [`PATH=/go/bin:/usr/local/go/bin:${PATH}`, 'GOTOOLCHAIN=local', 'GOPATH=/go'],
    cmd: ['bash'],
    workingDir: '/go',
    folders: ['/go/src', '/go/bin'],
  },
  {
    names: /^ruby$/,
    program: 'ruby',
    programs: { ...SHELL, ruby: ['ruby'] },
    versionArguments: ['--version'],
    digits: 2,
    env: [
      `PATH=/usr/local/bundle/bin:${PATH}`,
      'LANG=C.UTF-8',
      'GEM_HOME=/usr/local/bundle',
      'BUNDLE_APP_CONFIG=/usr/local/bundle',
    ],
    cmd: ['irb'],
    folders: ['/usr/local/bundle'],
  },
  {
    names: /^(eclipse-temurin|amazoncorretto|openjdk)$/,
    program: 'java',
    programs: { ...SHELL, java: ['java'] },
    versionArguments: ['-version'],
    digits: 1,
    env: [`PATH=${PATH}`],
    cmd: ['jshell'],
    folders: [],
  },
  {
    names: /^(redis|valkey\/valkey)$/,
    program: 'redis-server',
    programs: {
      ...SHELL,
      'redis-server': ['redis-server', 'valkey-server'],
      'redis-cli': ['redis-cli', 'valkey-cli'],
    },
    versionArguments: ['--version'],
    digits: 1,
    env: [`PATH=${PATH}`],
    cmd: ['redis-server'],
    workingDir: '/data',
    exposed: [6379],
    folders: ['/data'],
  },
  {
    ...SYSTEM,
    programs: {},
    names: /^gcr\.io\/distroless\/(static|base|base-nossl|cc)(-debian\d+)?$/,
    cmd: [],
  },
  {
    names: /^gcr\.io\/distroless\/nodejs\d+(-debian\d+)?$/,
    program: 'node',
    programs: { '/nodejs/bin/node': ['node'] },
    digits: 1,
    env: [`PATH=${PATH}`],
    entrypoint: ['/nodejs/bin/node'],
    cmd: [],
    folders: [],
  },
  {
    names: /^gcr\.io\/distroless\/python3(-debian\d+)?$/,
    program: 'python3',
    programs: { '/usr/bin/python3': ['python3'] },
    versionArguments: ['--version'],
    placeArguments: PYTHON_PLACE,
    digits: 0,
    env: [`PATH=${PATH}`, `PYTHONPATH=${PYTHON_PACKAGES}`],
    entrypoint: ['/usr/bin/python3'],
    cmd: [],
    folders: [],
  },
];

/** Images with a reason of their own why they cannot be had; the rest is not known. */
export const REFUSED_BASES: readonly (readonly [names: RegExp, reason: string])[] = [
  [
    /^(nginx|httpd|caddy|traefik|haproxy)$/,
    'its configuration names absolute paths like /etc/nginx, which are this machine’s here',
  ],
  [
    /^(postgres|mysql|mariadb|mongo|rabbitmq|memcached|elasticsearch)$/,
    'the sandbox has no database server; run one on this machine and give its address in a variable',
  ],
];
