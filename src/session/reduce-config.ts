import type { SessionConfig, SessionEvent } from './events.ts';
import type { ForwardState, ImageState, SessionState } from './state.ts';

/** rockpool.yaml: which generation of it is in force, and what follows for images and forwards. */
export function reduceConfig(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'files.changed':
      return event.config.length === 0 ? state : raised(state);
    case 'rebuild.requested':
      return state.config.failedGeneration === state.config.generation ? raised(state) : state;
    case 'config.failed':
      if (event.generation !== state.config.generation) return state;
      return {
        ...state,
        config: { ...state.config, failedGeneration: event.generation, failures: event.failures },
      };
    case 'config.loaded':
      return event.generation === state.config.generation ? loaded(state, event.config, event.at) : state;
    default:
      return state;
  }
}

function raised(state: SessionState): SessionState {
  return { ...state, config: { ...state.config, generation: state.config.generation + 1 } };
}

function loaded(state: SessionState, current: SessionConfig, at: number): SessionState {
  const { generation } = state.config;
  const watched = state.config.current?.sources === current.sources;
  const needed = new Set(current.images.flatMap(({ needs }) => needs));
  const images = current.images.map(
    (image) => [image.name, imageOf(state, image, at, needed.has(image.name))] as const,
  );
  return {
    ...state,
    phase: state.phase === 'starting' ? 'running' : state.phase,
    config: { generation, loaded: generation, failures: [], current },
    watch: watched ? state.watch : { started: false },
    images: Object.fromEntries(images),
    forwards: Object.fromEntries(current.forwards.map((spec) => [spec.id, forwardOf(state, spec)])),
    deploy: { ...state.deploy, generation: state.deploy.generation + 1 },
  };
}

/** A known image is looked at again when its configuration changed. Same inputs, same tag: then nothing is built. */
function imageOf(
  state: SessionState,
  image: SessionConfig['images'][number],
  at: number,
  isNeeded: boolean,
): ImageState {
  const { name, context, needs, inputs } = image;
  const known = state.images[name];
  if (!known) {
    return { name, context, needs, inputs, generation: 1, changedAt: at, changedFiles: [], refs: [] };
  }
  const same = known.inputs === inputs && known.needs.join() === needs.join();
  // What others are built on must be an image, and not files in a container.
  const isBase = isNeeded && known.sync !== undefined;
  if (same && !isBase) return known;
  const { sync: _sync, syncRefused: _refused, ...kept } = known;
  return { ...kept, context, needs, inputs, generation: known.generation + 1 };
}

function forwardOf(state: SessionState, spec: SessionConfig['forwards'][number]): ForwardState {
  const known = state.forwards[spec.id];
  const keeps = known?.port !== undefined && known.spec.local === spec.local;
  return keeps ? { spec, port: known.port } : { spec };
}
