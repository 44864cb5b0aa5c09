import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../../src/deploy/parse-manifests.ts';
import { writeManifests } from '../../../src/scaffold/manifests/write-manifests.ts';
import type { ServiceSketch } from '../../../src/scaffold/proposal.ts';

const sketch = (more: Partial<ServiceSketch> = {}): ServiceSketch => ({
  name: 'web',
  image: 'shop/web',
  ports: [],
  env: {},
  secretEnv: {},
  volumes: [],
  replicas: 1,
  ...more,
});

const write = (more: Partial<ServiceSketch>) => writeManifests('shop', [sketch(more)])[0]!;

/** The objects of a file, as kubectl reads them, by kind. */
function read(content: string) {
  const { manifests, failures, warnings } = parseManifests(content, 'web.yaml');
  expect(failures).toEqual([]);
  expect(warnings).toEqual([]);
  // biome-ignore lint/suspicious/noExplicitAny: any object
  return Object.fromEntries(manifests.map(({ manifest }) => [manifest.kind, manifest as any]));
}

// biome-ignore lint/suspicious/noExplicitAny: any workload
const containerOf = (workload: any) => workload.spec.template.spec.containers[0];

test('a program that listens', () => {
  const file = write({
    ports: [8080],
    env: { LOG_LEVEL: 'debug', DEBUG: 'yes', MODE: '0644', TIME: '1:30', COUNT: '3' },
    health: { path: '/health' },
    args: ['--verbose'],
  });
  expect(file.path).toBe('k8s/web.yaml');
  expect(file.reason).toBe('no manifest runs shop/web: a Deployment and a Service');
  expect(file.content).toBe(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app.kubernetes.io/name: web
    app.kubernetes.io/part-of: shop
spec:
  replicas: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: web
  template:
    metadata:
      labels:
        app.kubernetes.io/name: web
        app.kubernetes.io/part-of: shop
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      securityContext:
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: web
          image: shop/web
          args:
            - --verbose
          env:
            - name: LOG_LEVEL
              value: debug
            - name: DEBUG
              value: "yes"
            - name: MODE
              value: "0644"
            - name: TIME
              value: "1:30"
            - name: COUNT
              value: "3"
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet:
              path: /health
              port: http
            periodSeconds: 2
          resources:
            requests:
              cpu: 50m
              memory: 64Mi
            limits:
              memory: 1Gi
---
apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app.kubernetes.io/name: web
    app.kubernetes.io/part-of: shop
spec:
  selector:
    app.kubernetes.io/name: web
  ports:
    - name: http
      port: 8080
      targetPort: http
`);
});

test('a worker has no Service and no probe', () => {
  const objects = read(write({}).content);
  expect(Object.keys(objects)).toEqual(['Deployment']);
  expect(containerOf(objects.Deployment)).not.toHaveProperty('readinessProbe');
  expect(containerOf(objects.Deployment)).not.toHaveProperty('env');
});

test('what must outlive the pod makes a StatefulSet with claims', () => {
  const file = write({ ports: [80], volumes: [{ name: 'uploads', mountPath: '/srv/uploads' }] });
  const { StatefulSet } = read(file.content);
  expect(StatefulSet.spec.serviceName).toBe('web');
  expect(containerOf(StatefulSet).volumeMounts).toEqual([{ name: 'uploads', mountPath: '/srv/uploads' }]);
  expect(StatefulSet.spec.volumeClaimTemplates).toMatchObject([{ metadata: { name: 'uploads' } }]);
  expect(file.reason).toContain('/srv/uploads is kept');
});

test('secrets are in a Secret, and the reason says whose values these are', () => {
  const file = write({ secretEnv: { DB_PASSWORD: 'on', API_TOKEN: '12345' } });
  const { Secret, Deployment } = read(file.content);
  expect(Secret.stringData).toEqual({ DB_PASSWORD: 'on', API_TOKEN: '12345' });
  expect(containerOf(Deployment).envFrom).toEqual([{ secretRef: { name: 'web' } }]);
  expect(file.reason).toContain('DB_PASSWORD, API_TOKEN in a Secret, with the values of development');
});

test('files are mounted one by one from a ConfigMap and a Secret', () => {
  const file = write({
    files: [
      { mountPath: '/etc/app/a.conf', content: 'x = 1\ny = 2\n', isSecret: false },
      { mountPath: '/etc/b/a.conf', content: 'yes', isSecret: false },
      { mountPath: '/run/secrets/key', content: '123', isSecret: true },
    ],
  });
  const { ConfigMap, Secret, Deployment } = read(file.content);
  expect(ConfigMap).toMatchObject({
    metadata: { name: 'web-files' },
    data: { 'a.conf': 'x = 1\ny = 2\n', 'a.conf-2': 'yes' },
  });
  expect(Secret).toMatchObject({ metadata: { name: 'web-files' }, stringData: { key: '123' } });
  expect(containerOf(Deployment).volumeMounts).toEqual([
    { name: 'config-files', mountPath: '/etc/app/a.conf', subPath: 'a.conf', readOnly: true },
    { name: 'config-files', mountPath: '/etc/b/a.conf', subPath: 'a.conf-2', readOnly: true },
    { name: 'secret-files', mountPath: '/run/secrets/key', subPath: 'key', readOnly: true },
  ]);
  expect(Deployment.spec.template.spec.volumes).toEqual([
    { name: 'config-files', configMap: { name: 'web-files' } },
    { name: 'secret-files', secret: { secretName: 'web-files' } },
  ]);
  expect(file.content).toContain('a.conf: |\n    x = 1\n    y = 2\n');
});

test('scripts among the files can be run', () => {
  const file = write({ files: [{ mountPath: '/start.sh', content: '#!/bin/sh\n', isSecret: false }] });
  expect(file.content).toContain('defaultMode: 0755');
  expect(read(file.content).Deployment.spec.template.spec.volumes[0].configMap.defaultMode).toBe(0o755);
});

describe('well-known images', () => {
  test.each<[string, object]>([
    [
      'postgres:17-alpine',
      { kind: 'StatefulSet', port: 5432, name: 'postgres', data: '/var/lib/postgresql/data', probe: 'exec' },
    ],
    [
      'docker.io/library/postgres:18',
      { kind: 'StatefulSet', port: 5432, name: 'postgres', data: '/var/lib/postgresql', probe: 'exec' },
    ],
    ['mysql:8', { kind: 'StatefulSet', port: 3306, name: 'mysql', data: '/var/lib/mysql', probe: 'exec' }],
    ['mariadb:11', { kind: 'StatefulSet', port: 3306, name: 'mysql', data: '/var/lib/mysql', probe: 'exec' }],
    ['mongo', { kind: 'StatefulSet', port: 27017, name: 'mongodb', data: '/data/db', probe: 'tcpSocket' }],
    ['redis:8-alpine', { kind: 'Deployment', port: 6379, name: 'redis', probe: 'tcpSocket' }],
    [
      'rabbitmq:4-management',
      { kind: 'StatefulSet', port: 5672, name: 'amqp', data: '/var/lib/rabbitmq', probe: 'tcpSocket' },
    ],
    ['nginx:1.29', { kind: 'Deployment', port: 80, name: 'http', probe: 'tcpSocket' }],
    ['shop/postgres', { kind: 'Deployment' }],
  ])('%s', (image, expected) => {
    const objects = read(write({ image }).content);
    const workload = objects.StatefulSet ?? objects.Deployment;
    const { ports, volumeMounts, readinessProbe } = containerOf(workload);
    expect({
      kind: workload.kind,
      ...(ports ? { port: ports[0].containerPort, name: ports[0].name } : {}),
      ...(volumeMounts ? { data: volumeMounts[0].mountPath } : {}),
      ...(readinessProbe ? { probe: Object.keys(readinessProbe)[0] } : {}),
    }).toEqual(expected);
  });

  test('options for its server change nothing, another command of the image does', () => {
    const ports = (args: string[]) =>
      read(write({ image: 'postgres', args }).content).Service?.spec.ports[0].port;
    expect(ports(['-c', 'fsync=off'])).toBe(5432);
    expect(ports(['postgres', '-c', 'fsync=off'])).toBe(5432);
    expect(ports(['pg_dump', '-h', 'db'])).toBeUndefined();
  });

  test('what the sketch says stands', () => {
    const { StatefulSet } = read(
      write({
        image: 'postgres',
        ports: [6000],
        volumes: [{ name: 'pg', mountPath: '/pg' }],
        health: { command: ['true'] },
      }).content,
    );
    const { ports, volumeMounts, readinessProbe } = containerOf(StatefulSet);
    expect(ports).toEqual([{ name: 'tcp-6000', containerPort: 6000 }]);
    expect(volumeMounts).toEqual([{ name: 'pg', mountPath: '/pg' }]);
    expect(readinessProbe.exec.command).toEqual(['true']);
  });
});

/** What a program sees of a text, after Kubernetes replaced references (its documentation of `command`). */
function asSeen(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (found, name?: string) =>
    name === undefined ? '$' : (env[name] ?? found),
  );
}

test.each<[string, Record<string, string>]>([
  ['kill $$', {}],
  ['echo $(hostname)', {}],
  ['echo $(NAME)', { NAME: 'x' }],
  ['$$(NAME) $$$ $', { NAME: 'x' }],
])('%s reaches the program as it is', (text, env) => {
  const { Deployment } = read(write({ env, args: [text] }).content);
  expect(asSeen(containerOf(Deployment).args[0], env)).toBe(text);
});

test('whatever is in a sketch, kubectl reads it back, and names are valid', () => {
  const label = fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/);
  const text = fc
    .oneof(
      fc.string(),
      fc.constantFrom(
        'yes',
        'Off',
        '~',
        'null',
        '0x1f',
        '1_000',
        '.5',
        '2001-01-01',
        '<<',
        '=',
        'a: b',
        '# x',
        ' a ',
        '\n',
        'a\n\n',
        '\t',
        '-',
        '1e3',
        'é',
        '\u0085',
        '\u2028',
      ),
    )
    .filter((value) => !value.includes('\0'));
  const env = fc.dictionary(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/), text, { maxKeys: 4 });
  const any = fc.record({
    name: label,
    image: fc.constantFrom('shop/web', 'postgres:17', 'redis', 'a.example:5000/b/c:1'),
    ports: fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 4 }),
    args: fc.array(text, { minLength: 1, maxLength: 3 }),
    env,
    secretEnv: env,
    volumes: fc
      .uniqueArray(label, { maxLength: 2 })
      .map((names) => names.map((name) => ({ name, mountPath: `/${name}` }))),
    replicas: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(any, (given) => {
      const [file] = writeManifests('shop', [given]);
      const objects = read(file!.content);
      const container = containerOf(objects.StatefulSet ?? objects.Deployment);
      expect(objects.Secret?.stringData ?? {}).toEqual(given.secretEnv);
      const known = { ...given.secretEnv, ...given.env };
      expect(container.args.map((arg: string) => asSeen(arg, known))).toEqual(given.args);
      const names = (container.ports ?? []).map(({ name }: { name: string }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(name).toMatch(/^[a-z]([-a-z0-9]{0,13}[a-z0-9])?$/);
    }),
  );
});
