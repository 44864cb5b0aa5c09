import { join } from 'node:path';
import type { DockerAddress } from '../build/docker-daemon.ts';
import { createDockerodePusher } from '../build/dockerode-pusher.ts';
import { findRegistryLogin } from '../build/registry-login.ts';
import type { ImageDelivery } from './image-delivery.ts';
import type { LocalRegistry } from './local-registry.ts';
import { registryRef } from './registry-ref.ts';

export interface RegistryDeliveryOptions {
  readonly registry: LocalRegistry;
  /** the daemon that images are built into, and that pushes */
  readonly endpoint: DockerAddress;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** the user's home folder */
  readonly home: string;
}

/**
 * Images by a push to a registry that the nodes pull from. In the daemon and in manifests an image has the name that the
 * nodes know it by. Logins are those of `docker login`.
 */
export function createRegistryDelivery(options: RegistryDeliveryOptions): ImageDelivery {
  const { registry, endpoint, env, home } = options;
  const folder = env['DOCKER_CONFIG'] || join(home, '.docker');
  const pusher = createDockerodePusher({
    address: endpoint,
    login: (ref, signal) => findRegistryLogin(ref, { folder, env }, signal),
  });
  const pushed = (ref: string) => {
    const prefix = `${registry.nodeHost}/`;
    return ref.startsWith(prefix) ? `${registry.host}/${ref.slice(prefix.length)}` : ref;
  };
  return {
    way: `a push to ${registry.host}`,
    rewrite: (ref) => registryRef(ref, registry.nodeHost),
    has: (ref, signal) => pusher.has(pushed(ref), signal),
    deliver: (ref, signal) => pusher.push(ref, pushed(ref), signal),
  };
}
