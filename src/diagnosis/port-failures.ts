import type { Failure, SourcePlace } from '../session/failure.ts';
import type { PodObserved } from '../session/observed.ts';
import type { PortRefused, SessionState } from '../session/state.ts';
import { placeOf } from './places.ts';

/** Ports that forwards lead to and that nobody listens on. Pure. */
export function portFailures(state: SessionState): readonly Failure[] {
  return Object.values(state.refusedPorts).flatMap((refused): Failure[] => {
    const pod = state.pods[`${refused.namespace}/${refused.pod}`];
    if (pod?.uid !== refused.uid || pod.deleting) return [];
    const at = placeFor(state, pod, refused);
    return [
      {
        code: 'PORT_NOT_LISTENED',
        subject: `forward/${refused.forward}`,
        message: `The forward reaches pod ${pod.name}, but nobody listens on port ${refused.port} there. ${declaredText(pod)}`,
        hint: 'Point the forward, or targetPort of its Service, at the port that the program listens on.',
        ...(at ? { at } : {}),
      },
    ];
  });
}

function declaredText({ containers }: PodObserved): string {
  const ports = containers.flatMap(({ name, declared = [] }) => declared.map((port) => `${port} (${name})`));
  return ports.length > 0 ? `Its containers declare ${ports.join(', ')}.` : 'Its containers declare no port.';
}

/** The Service's port that leads there, else the container. */
function placeFor(state: SessionState, pod: PodObserved, refused: PortRefused): SourcePlace | undefined {
  const spec = state.forwards[refused.forward]?.spec;
  const { namespace } = refused;
  if (spec?.kind === 'service') {
    const port = state.services[`${namespace}/${spec.name}`]?.ports.find(
      ({ port, name }) => port === spec.port || name === spec.port,
    );
    const due = port ? [`targetPort:${port.port}`] : [];
    return placeOf(state, `Service/${namespace}/${spec.name}`, due);
  }
  const [container] = pod.containers;
  return placeOf(
    state,
    pod.owner ?? `Pod/${namespace}/${pod.name}`,
    container ? [`ports:${container.name}`] : [],
  );
}
