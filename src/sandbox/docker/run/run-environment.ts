import { PYTHON_PACKAGES } from '../base/base-table.ts';
import { mapValue, type PathPlaces } from '../build/map-paths.ts';

export interface RunFolders {
  /** the folder that is `/` of the image */
  readonly root: string;
  /** of the stand-ins */
  readonly programs: string;
  /** that all cache mounts are in */
  readonly caches: string;
  /** what Go's compiler keeps: it knows by content what it may use again */
  readonly goCache: string;
}

/** How this machine reaches the network is what a step needs, too; the rest of its environment is nobody's business. */
const OF_THE_MACHINE =
  'HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy NODE_EXTRA_CA_CERTS SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE PIP_CERT GOPROXY GOSUMDB NPM_CONFIG_REGISTRY PIP_INDEX_URL'.split(
    ' ',
  );

/**
 * The environment of a RUN step: the image's, with its paths moved into its folder, and settings that keep package
 * managers from installing into this machine. Pure.
 * @param env of the image and its arguments
 */
export function runEnvironment(
  env: ReadonlyMap<string, string>,
  machine: Readonly<NodeJS.ProcessEnv>,
  { root, programs, caches, goCache }: RunFolders,
  places: PathPlaces,
): Record<string, string> {
  const outside = OF_THE_MACHINE.flatMap((name): [string, string][] => {
    const value = machine[name];
    return value === undefined ? [] : [[name, value]];
  });
  const own = [...env].map(([name, value]): [string, string] => [name, mapValue(value, places)]);
  const path = (env.get('PATH') ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const found = [...path.map((folder) => `${root}${folder}`), machine['PATH'] ?? ''].join(':');
  return {
    ...Object.fromEntries(outside),
    HOME: `${root}/root`,
    TMPDIR: `${root}/tmp`,
    // Else git finds a repository above the image, which may be the user's own.
    GIT_CEILING_DIRECTORIES: root,
    PIP_TARGET: `${root}${PYTHON_PACKAGES}`,
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    NPM_CONFIG_PREFIX: `${root}/usr/local`,
    CARGO_HOME: `${root}/usr/local/cargo`,
    GEM_HOME: `${root}/usr/local/bundle`,
    GOCACHE: goCache,
    ...Object.fromEntries(own),
    PATH: `${programs}:${found}`,
    ROCKPOOL_PATH: found,
    ROCKPOOL_ROOT: root,
    ROCKPOOL_CACHES: caches,
  };
}
