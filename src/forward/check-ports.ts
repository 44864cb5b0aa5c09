import type { ForwardSpec } from '../session/events.ts';
import type { Failure } from '../session/failure.ts';
import { listenOnLoopback } from './node-loopback-listener.ts';
import { portFailure } from './port-failure.ts';

/** Every reason why the local ports of these forwards cannot be had, all at once; none is held afterwards. */
export async function checkPorts(specs: readonly ForwardSpec[]): Promise<Failure[]> {
  const byPort = Map.groupBy(specs, ({ local }) => local);
  byPort.delete('auto');
  const groups = await Promise.all([...byPort.values()].map(checkPort));
  return groups.flat();
}

async function checkPort(specs: readonly ForwardSpec[]): Promise<Failure[]> {
  const [first, ...rest] = specs;
  if (!first) return [];
  const taken = await tryPort(first);
  return taken ? [taken] : rest.map((spec) => wantedTwice(first, spec));
}

async function tryPort(spec: ForwardSpec): Promise<Failure | undefined> {
  try {
    const listener = await listenOnLoopback(spec.local, (socket) => socket.destroy());
    await listener.close();
    return undefined;
  } catch (error) {
    const failure = await portFailure(spec, error);
    if (!failure) throw error;
    return failure;
  }
}

function wantedTwice(first: ForwardSpec, second: ForwardSpec): Failure {
  return {
    code: 'PORT_TWICE',
    subject: `forward/${second.id}`,
    message: `forwards ${first.id} and ${second.id} both want local port ${second.local}`,
    hint: 'Give one of them another local port in rockpool.yaml, or local: auto for a free one.',
  };
}
