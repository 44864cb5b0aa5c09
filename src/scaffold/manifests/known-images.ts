import { parseImageName } from '../../build/image-name.ts';

/** What a well-known public image needs to run as a program of its own. */
export interface KnownImage {
  /** TCP ports and what is spoken there */
  readonly ports: Readonly<Record<number, string>>;
  /** where it keeps what must outlive the pod */
  readonly data?: string;
  /** ends with 0 when it is ready; default: its first port takes connections */
  readonly ready?: readonly string[];
  /** memory limit */
  readonly memory?: string;
}

/**
 * From the images' documentation as of 2026. Commands are there where the port is open too early: while postgres and
 * mysql make their first database, a server without network answers only on its socket.
 */
const postgres: KnownImage = {
  ports: { 5432: 'postgres' },
  data: '/var/lib/postgresql/data',
  ready: ['sh', '-c', 'pg_isready -h 127.0.0.1 -U "${POSTGRES_USER:-postgres}"'],
};

const IMAGES: readonly (readonly [RegExp, KnownImage])[] = [
  // from 18 on the version is part of the path below
  [/^postgres:(1[89]|[2-9]\d)/, { ...postgres, data: '/var/lib/postgresql' }],
  [/^(postgres|postgis\/postgis|pgvector\/pgvector|timescale\/timescaledb)(:|$)/, postgres],
  [
    /^(mysql|percona)(:|$)/,
    {
      ports: { 3306: 'mysql' },
      data: '/var/lib/mysql',
      ready: ['mysqladmin', 'ping', '-h', '127.0.0.1', '--silent'],
    },
  ],
  [
    /^mariadb(:|$)/,
    {
      ports: { 3306: 'mysql' },
      data: '/var/lib/mysql',
      ready: ['healthcheck.sh', '--connect', '--innodb_initialized'],
    },
  ],
  [/^mongo(:|$)/, { ports: { 27017: 'mongodb' }, data: '/data/db' }],
  [/^(redis|valkey\/valkey)(:|$)/, { ports: { 6379: 'redis' }, memory: '256Mi' }],
  [/^redis\/redis-stack(-server)?(:|$)/, { ports: { 6379: 'redis' } }],
  [/^memcached(:|$)/, { ports: { 11211: 'memcached' }, memory: '128Mi' }],
  [/^rabbitmq:.*management/, { ports: { 5672: 'amqp', 15672: 'management' }, data: '/var/lib/rabbitmq' }],
  [/^rabbitmq(:|$)/, { ports: { 5672: 'amqp' }, data: '/var/lib/rabbitmq' }],
  [/^nats(:|$)/, { ports: { 4222: 'nats' }, memory: '256Mi' }],
  [
    /^(elasticsearch|docker\.elastic\.co\/elasticsearch\/elasticsearch)(:|$)/,
    { ports: { 9200: 'http' }, data: '/usr/share/elasticsearch/data', memory: '2Gi' },
  ],
  [
    /^opensearchproject\/opensearch(:|$)/,
    { ports: { 9200: 'http' }, data: '/usr/share/opensearch/data', memory: '2Gi' },
  ],
  [/^(mailhog\/mailhog|axllent\/mailpit)(:|$)/, { ports: { 1025: 'smtp', 8025: 'http' }, memory: '128Mi' }],
  [/^(maildev\/maildev)(:|$)/, { ports: { 1025: 'smtp', 1080: 'http' }, memory: '256Mi' }],
  [
    /^mcr\.microsoft\.com\/mssql\/server(:|$)/,
    { ports: { 1433: 'mssql' }, data: '/var/opt/mssql', memory: '2Gi' },
  ],
  [/^adminer(:|$)/, { ports: { 8080: 'http' }, memory: '256Mi' }],
  [/^(phpmyadmin|phpmyadmin\/phpmyadmin)(:|$)/, { ports: { 80: 'http' }, memory: '256Mi' }],
  [/^dpage\/pgadmin4(:|$)/, { ports: { 80: 'http' } }],
  [/^(nginx|httpd|caddy|traefik\/whoami)(:|$)/, { ports: { 80: 'http' }, memory: '128Mi' }],
  [/^nginxinc\/nginx-unprivileged(:|$)/, { ports: { 8080: 'http' }, memory: '128Mi' }],
];

/** What is known of a public image; undefined for every other image, those of the project among them. Pure. */
export function knownImage(ref: string): KnownImage | undefined {
  const { repository, tag } = parseImageName(ref);
  const name = tag === undefined ? repository : `${repository}:${tag}`;
  return IMAGES.find(([pattern]) => pattern.test(name))?.[1];
}

/** What the images above run as their server when they are given arguments. */
const SERVER =
  /^(-|(\S*\/)?(docker-entrypoint\S*|postgres|mysqld\S*|mariadbd?|redis-server|valkey-server|mongod|rabbitmq-server|nginx\S*|nats-server|memcached)$)/;

/** Whether a well-known image runs its server with a command line, and not something else that it brings. Pure. */
export function runsServer(
  command: readonly string[] | undefined,
  args: readonly string[] | undefined,
): boolean {
  const [first] = command ?? args ?? [];
  return first === undefined || SERVER.test(first);
}
