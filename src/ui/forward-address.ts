import type { ForwardSpec } from '../session/events.ts';

/** What a person opens to use a forward: a URL, or host:port for what is surely no HTTP. Pure. @param local the port on this machine */
export function forwardAddress(spec: Pick<ForwardSpec, 'port'> | undefined, local: number): string {
  const address = `localhost:${local}`;
  return spec && notHttp.has(String(spec.port).toLowerCase()) ? address : `http://${address}`;
}

/** Ports of databases, brokers and mail as IANA or their projects have them, and usual names of such ports. */
const notHttp: ReadonlySet<string> = new Set([
  ...['22', '25', '53', '587', '1025', '1433', '1521', '2181', '2379', '3306', '4222', '5432', '5672'],
  ...['6379', '6432', '9042', '9092', '9094', '11211', '26379', '27017', '50051'],
  ...['amqp', 'etcd', 'grpc', 'kafka', 'memcached', 'mongo', 'mongodb', 'mysql', 'nats', 'pg', 'postgres'],
  ...['postgresql', 'redis', 'smtp', 'ssh'],
]);
