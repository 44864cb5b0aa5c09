import { mapPaths, type Places } from './container-paths.ts';
import type { ContainerSpec } from './runtime.ts';

/** What of this machine a container's environment is made from. */
export interface Surroundings {
  /** the environment of rockpool; only PATH and what tools of languages need to find themselves is taken from it */
  readonly machine: Readonly<Record<string, string | undefined>>;
  readonly places: Places;
  /** by which the container's processes can be found again */
  readonly mark: string;
  readonly preload: { readonly node: string; readonly python: string };
}

/** Where version managers keep their programs, which they look for in the home folder otherwise. */
const TOOLS =
  /^(ASDF|CARGO|DOTNET|FNM|GEM|GO|JAVA|LANG|MISE|NVM|PYENV|RBENV|RUSTUP|SDKMAN|SYSTEMROOT|TZ|VOLTA)(_|$|ROOT)/;

/**
 * The environment of a container: the image's and the manifest's, with paths of this machine, and what a program needs
 * to listen on its pod's address and to find Services by name. Nothing else of rockpool's own. Pure but for `places`.
 */
export function containerEnvironment(
  { image, env, address, hostname, ports, namesFolder }: Omit<ContainerSpec, 'onLine' | 'mounts'>,
  { machine, places, mark, preload }: Surroundings,
): Record<string, string> {
  const tools = Object.entries(machine).filter(([name, value]) => TOOLS.test(name) && value !== undefined);
  const ofImage = Object.fromEntries(image.env.map(splitVariable));
  const given = { ...ofImage, ...env };
  const own = Object.entries(given).map(([name, value]) => [name, mapPaths(value, places)]);
  const { PATH: _, NODE_OPTIONS, PYTHONPATH, ...rest } = Object.fromEntries(own) as Record<string, string>;
  return {
    ...(Object.fromEntries(tools) as Record<string, string>),
    ...{ HOME: `${places.root}/root`, TMPDIR: `${places.root}/tmp`, HOST: address, HOSTNAME: hostname },
    ...(ports[0] === undefined ? {} : { PORT: String(ports[0]) }),
    ...rest,
    PATH: pathOf(given.PATH ?? '', machine.PATH ?? '', places),
    NODE_OPTIONS: [`--require=${JSON.stringify(preload.node)}`, NODE_OPTIONS].filter(Boolean).join(' '),
    PYTHONPATH: [preload.python, PYTHONPATH].filter(Boolean).join(':'),
    CURL_HOME: namesFolder,
    ROCKPOOL_NAMES: `${namesFolder}/names.json`,
    ROCKPOOL_POD_ADDRESS: address,
    ROCKPOOL_SANDBOX: mark,
  };
}

/** Folders of the image come first, and then this machine's, which stand for the base image's. */
function pathOf(wanted: string, machine: string, { root, exists }: Places): string {
  const ofImage = wanted.split(':').filter((folder) => folder.startsWith('/') && exists(`${root}${folder}`));
  return [...ofImage.map((folder) => `${root}${folder}`), machine].join(':');
}

function splitVariable(text: string): [string, string] {
  const at = text.indexOf('=');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
