import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectsClient } from '../../api/objects-client.ts';
import type { TellableService } from '../environment/service-variables.ts';
import { ENDPOINT_SLICES, type EndpointSlice, SERVICES, type Service } from '../objects.ts';
import { listenForService, type ServiceListener } from './service-listeners.ts';
import { curlConfig, isSliceOf, namesFor, type Place } from './service-places.ts';

/** A pod that is told of names. */
export interface NamedPod {
  readonly namespace: string;
  readonly address: string;
  readonly folder: string;
}

/** Answers for the Services at their addresses, and tells pods where they are. */
export interface ServiceDirectory {
  servicesOf(namespace: string): readonly TellableService[];
  /** Writes what this pod is told, and again after each change. */
  tell(pod: NamedPod): void;
  close(): void;
}

interface Answered {
  readonly listeners: Map<number, ServiceListener>;
  place: Place;
}

/** @param pods that are told of changes */
export function openServiceDirectory(
  objects: Pick<ObjectsClient, 'list' | 'watch'>,
  pods: () => Iterable<NamedPod>,
): ServiceDirectory {
  const answered = new Map<string, Answered>();
  const told = new Map<string, string>();
  let isClosed = false;
  const tell = (pod: NamedPod) => writeNames(objects, answered, told, pod);
  const tellAll = () => {
    const alive = [...pods()];
    const folders = new Set(alive.map(({ folder }) => folder));
    for (const folder of told.keys()) if (!folders.has(folder)) told.delete(folder);
    for (const pod of alive) tell(pod);
  };
  const listen = async (service: Service): Promise<void> => {
    const known = answered.get(service.metadata.uid) ?? newAnswered(service);
    answered.set(service.metadata.uid, known);
    await answer(objects, service, known);
    if (isClosed || !answered.has(service.metadata.uid)) closeAll(known);
    tellAll();
  };
  const forget = ({ metadata }: Service) => {
    const known = answered.get(metadata.uid);
    answered.delete(metadata.uid);
    if (known) closeAll(known);
    tellAll();
  };
  const stops = [
    objects.watch(SERVICES, ({ type, object }) =>
      type === 'DELETED' ? forget(object as Service) : void listen(object as Service),
    ),
    objects.watch(ENDPOINT_SLICES, tellAll),
  ];
  for (const service of objects.list<Service>(SERVICES)) void listen(service);
  return {
    servicesOf: (namespace) =>
      objects.list<Service>(SERVICES, namespace).flatMap((service) => {
        const place = answered.get(service.metadata.uid)?.place;
        const hasAddress = service.spec?.clusterIP !== 'None' && place !== undefined;
        return hasAddress ? [{ name: service.metadata.name, place, ports: service.spec?.ports ?? [] }] : [];
      }),
    tell,
    close() {
      isClosed = true;
      for (const stop of stops) stop();
      for (const known of answered.values()) closeAll(known);
    },
  };
}

const newAnswered = ({ spec }: Service): Answered => ({
  listeners: new Map(),
  place: { address: spec?.clusterIP ?? '', ports: {} },
});

const closeAll = ({ listeners }: Answered) => {
  for (const listener of listeners.values()) listener.close();
  listeners.clear();
};

/** Opens the ports that a Service has, and closes those that it no longer has. */
async function answer(
  objects: Pick<ObjectsClient, 'list'>,
  service: Service,
  known: Answered,
): Promise<void> {
  const { clusterIP, ports = [], type } = service.spec ?? {};
  const isAnswered = clusterIP && clusterIP !== 'None' && type !== 'ExternalName';
  const wanted = isAnswered ? ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP') : [];
  for (const [port, listener] of known.listeners) {
    if (wanted.some((one) => one.port === port)) continue;
    listener.close();
    known.listeners.delete(port);
  }
  for (const { port, name } of wanted) {
    if (known.listeners.has(port)) continue;
    const choose = endpointChooser(objects, service, name);
    known.listeners.set(port, await listenForService({ address: clusterIP ?? '', port, choose }));
  }
  const [first] = known.listeners.values();
  const moved = [...known.listeners].filter(([port, listener]) => listener.port !== port);
  known.place = {
    address: first?.address ?? clusterIP ?? '',
    ports: Object.fromEntries(moved.map(([port, listener]) => [String(port), listener.port])),
  };
}

/** The ready endpoints of a port of a Service, one after the other. */
function endpointChooser(
  objects: Pick<ObjectsClient, 'list'>,
  service: Service,
  portName: string | undefined,
) {
  const { namespace } = service.metadata;
  let turn = 0;
  return () => {
    const slices = objects.list<EndpointSlice>(ENDPOINT_SLICES, namespace);
    const ready = slices
      .filter((slice) => isSliceOf(slice, service.metadata))
      .flatMap(({ endpoints = [], ports = [] }) => {
        const port = ports.find(({ name }) => (name ?? '') === (portName ?? ''))?.port;
        const usable = endpoints.filter(({ conditions }) => conditions?.ready !== false);
        return port === undefined
          ? []
          : usable.flatMap(({ addresses }) => addresses.map((host) => ({ host, port })));
      });
    turn += 1;
    return ready[turn % Math.max(ready.length, 1)];
  };
}

function writeNames(
  objects: Pick<ObjectsClient, 'list'>,
  answered: ReadonlyMap<string, Answered>,
  told: Map<string, string>,
  { namespace, address, folder }: NamedPod,
): void {
  const names = namesFor(namespace, {
    services: objects.list<Service>(SERVICES),
    slices: objects.list<EndpointSlice>(ENDPOINT_SLICES),
    placeOf: ({ metadata, spec }) =>
      spec?.clusterIP === 'None' ? undefined : answered.get(metadata.uid)?.place,
  });
  const text = JSON.stringify(names);
  if (told.get(folder) === text) return;
  told.set(folder, text);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'names.json'), text);
  writeFileSync(join(folder, '.curlrc'), curlConfig(address, names));
}
