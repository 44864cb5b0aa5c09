import type { SessionEvent } from './events.ts';
import type { ResourceState, SessionState } from './state.ts';

type Rendered = Extract<SessionEvent, { type: 'manifests.rendered' }>;

/** What should be applied and what is. */
export function reduceDeploy(state: SessionState, event: SessionEvent): SessionState {
  const { deploy } = state;
  switch (event.type) {
    case 'files.changed':
      return event.manifests.length > 0 ? raised(state) : state;
    case 'retry.due':
      return event.what === 'deploy' && deploy.failedGeneration === deploy.generation ? raised(state) : state;
    case 'rebuild.requested':
      return event.images.length === 0 || deploy.failedGeneration === deploy.generation
        ? raised(state)
        : state;
    case 'cluster.found':
      return deploy.failedGeneration === deploy.generation ? raised(state) : state;
    case 'build.succeeded':
      return withRef(state, event.image, event.ref);
    case 'manifests.rendered': {
      const { held: _, ...rest } = deploy;
      return {
        ...state,
        resources: resourcesOf(state, event),
        deploy: { ...rest, warnings: event.warnings, rendered: event.generation },
      };
    }
    case 'resource.applied':
      return applied(state, event);
    case 'workload.deleted':
      return raisedIfFailed(forgotten(state, event.key), event.key);
    case 'service.deleted':
      return raisedIfFailed(state, `Service/${event.namespace}/${event.name}`);
    case 'deploy.held':
      return { ...state, deploy: { ...deploy, held: { ...deploy.held, [event.key]: event.reason } } };
    case 'deploy.succeeded': {
      const { held: _, ...rest } = deploy;
      return { ...state, deploy: { ...rest, done: event.generation, failures: [], at: event.at } };
    }
    case 'deploy.failed': {
      const { held: _, ...rest } = deploy;
      const { generation, failures } = event;
      return { ...state, deploy: { ...rest, failedGeneration: generation, failures, at: event.at } };
    }
    default:
      return state;
  }
}

function raised(state: SessionState): SessionState {
  return { ...state, deploy: { ...state.deploy, generation: state.deploy.generation + 1 } };
}

/** Runs after the images' own reducer, so that a result of a superseded build is told by it. */
function withRef(state: SessionState, image: string, ref: string): SessionState {
  if (state.images[image]?.built?.ref !== ref || state.deploy.refs[image] === ref) return state;
  const refs = { ...state.deploy.refs, [image]: ref };
  return { ...state, deploy: { ...state.deploy, refs, generation: state.deploy.generation + 1 } };
}

function resourcesOf(state: SessionState, event: Rendered): SessionState['resources'] {
  const held = new Map(event.held.map(({ key, image }) => [key, image]));
  return Object.fromEntries(
    event.resources.map(({ key, hash, ...rendered }): [string, ResourceState] => {
      const { heldFor: _, places: __, wanted: ___, ...known } = state.resources[key] ?? { key };
      const heldFor = held.get(key);
      const wanted = hash === undefined ? {} : { wanted: hash };
      return [key, { ...known, key, ...rendered, ...wanted, ...(heldFor === undefined ? {} : { heldFor }) }];
    }),
  );
}

function applied(
  state: SessionState,
  { key, hash, at, revision }: Extract<SessionEvent, { type: 'resource.applied' }>,
): SessionState {
  const known = state.resources[key];
  if (!known) return state;
  const { [key]: waited, ...held } = state.deploy.held ?? {};
  const deploy = waited === undefined ? state.deploy : { ...state.deploy, held };
  const next = { ...known, hash, appliedAt: at, ...(revision === undefined ? {} : { revision }) };
  return { ...state, deploy, resources: { ...state.resources, [key]: next } };
}

/** Deleted by hand because it could not be changed, as the failure advised: it is made anew at once. */
function raisedIfFailed(state: SessionState, key: string): SessionState {
  const { generation, failedGeneration, failures } = state.deploy;
  const isFailed = failedGeneration === generation && failures.some(({ subject }) => subject === key);
  return isFailed ? raised(state) : state;
}

/** A resource that was deleted behind our back is sent again with the next deploy. */
function forgotten(state: SessionState, key: string): SessionState {
  const known = state.resources[key];
  if (known?.hash === undefined) return state;
  const { hash: _hash, appliedAt: _appliedAt, ...rest } = known;
  return { ...state, resources: { ...state.resources, [key]: rest } };
}
