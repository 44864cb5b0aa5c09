import type { Value } from './compose-value.ts';
import type { Notes } from './notes.ts';

/** Keys of a service that are carried over, or change nothing in a cluster. */
const CARRIED = new Set(
  'image build ports expose environment env_file command entrypoint working_dir volumes secrets configs healthcheck deploy scale restart depends_on profiles develop networks attach'.split(
    ' ',
  ),
);

const SECURITY = 'it belongs into `securityContext` of its manifest';
const RESOURCES = 'write `resources` in its manifest';
const NAMES =
  'in the cluster it is reached by the name of its Service only, which addresses in environment variables now say';
const DNS = 'a pod has `dnsConfig` for it';

/** Why a key is not carried over, and what to do. */
const REASONS: Readonly<Record<string, string>> = {
  privileged: `a privileged container may do anything to its node: if it has to be, ${SECURITY}`,
  cap_add: SECURITY,
  cap_drop: SECURITY,
  security_opt: SECURITY,
  read_only: SECURITY,
  user: SECURITY,
  group_add: SECURITY,
  userns_mode: SECURITY,
  network_mode: 'a pod has a network of its own; a Service reaches it by its name',
  container_name: NAMES,
  hostname: NAMES,
  domainname: NAMES,
  links: NAMES,
  external_links: 'only what is in the cluster is reached by a name',
  devices: 'a pod gets no devices of the machine without a plugin of the cluster',
  gpus: 'a pod gets no devices of the machine without a plugin of the cluster',
  runtime: 'a pod has `runtimeClassName` for it',
  extra_hosts: 'a pod has `hostAliases` for it',
  dns: DNS,
  dns_search: DNS,
  dns_opt: DNS,
  sysctls: SECURITY,
  ulimits: 'limits are those of the node',
  shm_size: 'mount an `emptyDir` with `medium: Memory` at /dev/shm in its manifest',
  tmpfs: 'mount an `emptyDir` with `medium: Memory` in its manifest',
  labels: 'labels for tools beside compose say nothing to Kubernetes; a proxy takes an Ingress',
  logging: 'what a program prints is in `rockpool logs`',
  mem_limit: RESOURCES,
  mem_reservation: RESOURCES,
  memswap_limit: RESOURCES,
  cpus: RESOURCES,
  cpu_shares: RESOURCES,
  cpu_quota: RESOURCES,
  pids_limit: 'limits are those of the node',
  platform: 'an image in rockpool.yaml has `platform` for it',
  tty: 'a container has `tty` for it',
  stdin_open: 'a container has `stdin` for it',
  annotations: 'write them into its manifest',
  pull_policy: 'images of the project are built, others pulled where they are missing',
  stop_grace_period: 'a pod has `terminationGracePeriodSeconds` for it',
  stop_signal: 'the image says it (STOPSIGNAL)',
  init: 'put an init such as tini into the image',
  pid: 'a pod has processes of its own',
  ipc: 'a pod has its own',
  volumes_from: 'name the volumes in the service itself',
  provider: 'it is no container',
  models: 'it is no container',
};

/** Says of each key of a service that nothing is made of it. */
export function noteUnsupported(service: string, map: ReadonlyMap<string, Value>, notes: Notes): void {
  for (const [key, { at, text }] of map) {
    if (CARRIED.has(key) || key.startsWith('x-') || /^(|false|no|off)$/i.test(text ?? '-')) continue;
    const reason = REASONS[key] ?? 'rockpool knows no counterpart';
    notes.leave(at, `${service}: \`${key}\` is left out: ${reason}`);
  }
  noteDeploy(service, map.get('deploy'), notes);
  noteAliases(service, map.get('networks'), notes);
}

function noteDeploy(service: string, deploy: Value | undefined, notes: Notes): void {
  for (const [key, { at }] of deploy?.map ?? []) {
    if (/^(replicas|restart_policy|mode|labels|endpoint_mode)$/.test(key)) continue;
    const reason = key === 'resources' ? RESOURCES : 'rockpool knows no counterpart';
    notes.leave(at, `${service}: \`deploy.${key}\` is left out: ${reason}`);
  }
}

function noteAliases(service: string, networks: Value | undefined, notes: Notes): void {
  for (const { map } of networks?.map?.values() ?? []) {
    const aliases = map?.get('aliases');
    if (!aliases) continue;
    const names = (aliases.list ?? []).flatMap(({ text }) => text ?? []).join(', ');
    notes.leave(aliases.at, `${service}: the aliases ${names} are left out: ${NAMES}`);
  }
}

/** Says of each part of the file beside its services that nothing is made of it. */
export function noteTopLevel(root: ReadonlyMap<string, Value>, notes: Notes): void {
  const reasons: Readonly<Record<string, string>> = {
    networks: 'a cluster has one network, in which every Service is reached by its name',
    models: 'they are no containers',
  };
  for (const [key, { at }] of root) {
    if (/^(version|name|services|volumes|secrets|configs|include)$|^x-/.test(key)) continue;
    notes.leave(at, `\`${key}\` is left out: ${reasons[key] ?? 'rockpool does not know it'}`);
  }
}
