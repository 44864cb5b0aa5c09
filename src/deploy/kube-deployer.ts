import pLimit from 'p-limit';
import type { Config } from '../config/config.ts';
import { createDiscovery, type Discovery } from '../kube/discovery.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { Deployer, DeployRequest, Emit } from '../session/ports.ts';
import { applyFailures } from './apply-failures.ts';
import { inApplyOrder } from './apply-order.ts';
import { applyResource } from './apply-resource.ts';
import { ensureNamespace } from './ensure-namespace.ts';
import type { GitFacts } from './git-facts.ts';
import { type Rendered, type RenderedResource, renderManifests } from './render.ts';

export interface KubeDeployerOptions {
  readonly client: Pick<KubeClient, 'request'>;
  /** the configuration in force */
  readonly config: () => Config;
  /** the session's */
  readonly namespace: string;
  /** facts as they are now; asked for at each deploy */
  readonly git: (root: string) => GitFacts;
  /** default: one of its own */
  readonly discovery?: Discovery;
}

/** Requests under way at once: an apiserver on a laptop takes them as fast as this, and no faster with more. */
const PARALLEL = 8;

/** Applies manifests by server-side apply, class after class (apply-order.ts), within a class at once. */
export function createKubeDeployer(options: KubeDeployerOptions): Deployer {
  const { client, namespace, discovery = createDiscovery(client) } = options;
  const scopeOf = (apiVersion: string, kind: string) =>
    discovery.find(apiVersion, kind).then(
      (type) => type.namespaced,
      () => undefined,
    );
  return {
    async deploy({ generation, refs, applied }, emit, signal) {
      signal.throwIfAborted();
      const config = options.config();
      const git = options.git(config.root);
      const rendered = await renderManifests({ config, namespace, refs, git, scopeOf }, signal);
      emitRendered(rendered, generation, emit);
      const todo = outstanding(rendered, applied);
      if (todo.length === 0) return;
      await ensureNamespace(client, namespace, config.name, todo, signal);
      const failures = await applyAll(todo, {
        ...{ client, discovery, emit, signal, generation },
        app: config.name,
      });
      if (failures.length > 0) throw new RockpoolError(failures);
    },
  };
}

interface ApplyContext {
  readonly client: Pick<KubeClient, 'request'>;
  readonly discovery: Discovery;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly app: string;
  readonly generation: number;
}

/** Every failure, after all that could be applied was. An apiserver that stops answering ends it at once. */
async function applyAll(
  todo: readonly RenderedResource[],
  context: ApplyContext,
): Promise<readonly Failure[]> {
  const limit = pLimit(PARALLEL);
  const failures: Failure[] = [];
  for (const group of inApplyOrder(todo)) {
    const results = await Promise.all(
      group.map((resource) => limit(() => applyOne(resource, todo, context))),
    );
    failures.push(...results.flat());
  }
  return failures;
}

async function applyOne(
  resource: RenderedResource,
  todo: readonly RenderedResource[],
  { client, discovery, emit, signal, app, generation }: ApplyContext,
): Promise<readonly Failure[]> {
  signal.throwIfAborted();
  try {
    const { outcome, warnings } = await applyResource(resource.manifest, {
      client,
      discovery,
      app,
      signal,
      beside: todo,
    });
    const { key, hash } = resource;
    emit({ type: 'resource.applied', generation, key, hash, outcome, warnings: [...warnings] });
    return [];
  } catch (error) {
    signal.throwIfAborted();
    return applyFailures(error, resource, client, signal);
  }
}

function emitRendered({ resources, held, warnings }: Rendered, generation: number, emit: Emit): void {
  emit({
    type: 'manifests.rendered',
    generation,
    resources: resources.map(({ key, file, images }) => ({ key, file, images: [...images] })),
    held: held.map((hold) => ({ ...hold })),
    warnings: [...warnings],
  });
}

/** What is not held back and not applied already. */
function outstanding(
  { resources, held }: Rendered,
  applied: DeployRequest['applied'],
): readonly RenderedResource[] {
  const waiting = new Set(held.map(({ key }) => key));
  return resources.filter(({ key, hash }) => !waiting.has(key) && applied[key] !== hash);
}
