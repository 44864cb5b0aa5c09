import type { DockerDaemon } from '../build/docker-daemon.ts';
import type { FileHashes } from '../build/file-hashes.ts';
import { orderImages } from '../build/image-graph.ts';
import { prepareBuild } from '../build/prepare-build.ts';
import type { Config } from '../config/config.ts';
import type { FileConfigSource } from '../config/file-config-source.ts';
import { createGitFacts } from '../deploy/git-facts.ts';
import { renderManifests } from '../deploy/render.ts';
import { createDiscovery } from '../kube/discovery.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import type { SessionConfig } from '../session/events.ts';
import { RockpoolError } from '../session/failure.ts';
import type { FreshRef, FreshSources } from './check-sources.ts';
import { clusterCheck } from './kube-cluster-check.ts';

export interface ProjectSourcesOptions {
  readonly source: Pick<FileConfigSource, 'current' | 'read'>;
  /** the session's */
  readonly namespace: string;
  readonly daemon: DockerDaemon;
  readonly hashes: FileHashes;
  /** the ref in the registry that the nodes pull from; absent: the image's own */
  rewrite?(ref: string): string;
  readonly client: Pick<KubeClient, 'request'>;
}

/** Reads the project's files, and asks its cluster, as if nothing were known of them. Builds and changes nothing. */
export function createProjectSources(options: ProjectSourcesOptions): FreshSources {
  const { source, namespace, client } = options;
  const discovery = createDiscovery(client);
  const scopeOf = (apiVersion: string, kind: string) =>
    discovery.find(apiVersion, kind).then(
      (type) => type.namespaced,
      () => undefined,
    );
  return {
    config: (signal) => source.read(signal),
    inForce: () => source.current(),
    refs: (session, signal) => freshRefs(options, source.current(), session, signal),
    manifests: async (refs, signal) => {
      const config = source.current();
      const git = createGitFacts(config.root);
      const { resources } = await renderManifests({ config, namespace, refs, git, scopeOf }, signal);
      return Object.fromEntries(resources.map(({ key, hash }) => [key, hash]));
    },
    cluster: (state, verdict, signal) => clusterCheck(client, state, verdict, signal),
  };
}

async function freshRefs(
  { daemon, hashes, rewrite }: ProjectSourcesOptions,
  config: Config,
  session: SessionConfig,
  signal: AbortSignal,
): Promise<Readonly<Record<string, FreshRef>>> {
  const names = config.images.map(({ name }) => name);
  const needs = Object.fromEntries(session.images.map((image) => [image.name, image.needs]));
  const found: Record<string, FreshRef> = {};
  const refs: Record<string, string> = {};
  for (const name of orderImages(needs)) {
    const spec = config.images.find((image) => image.name === name);
    if (!spec || needs[name]?.some((need) => refs[need] === undefined)) continue;
    try {
      const { ref } = await prepareBuild(
        { spec, root: config.root, refs, names, daemon, hashes, ...(rewrite ? { rewrite } : {}) },
        signal,
      );
      refs[name] = ref;
      found[name] = { ref };
    } catch (error) {
      if (!(error instanceof RockpoolError)) throw error;
      found[name] = { failures: error.failures };
    }
  }
  return found;
}
