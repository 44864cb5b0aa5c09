import { Writer } from 'protobufjs/minimal.js';
import { describe, expect, it } from 'vitest';
import { decodeObject } from '../../../../src/sandbox/api/protobuf/decode-object.ts';

const message = (write: (writer: Writer) => void): Uint8Array => {
  const writer = Writer.create();
  write(writer);
  return writer.finish();
};
const text = (field: number, value: string) => (writer: Writer) =>
  writer.uint32((field << 3) | 2).string(value);
const part = (field: number, inner: Uint8Array) => (writer: Writer) =>
  writer.uint32((field << 3) | 2).bytes(inner);
const number = (field: number, value: number) => (writer: Writer) => writer.uint32(field << 3).int32(value);
const all =
  (...parts: ((writer: Writer) => unknown)[]) =>
  (writer: Writer) => {
    for (const write of parts) write(writer);
  };

const envelope = (apiVersion: string, kind: string, raw: Uint8Array): Buffer => {
  const meta = message(all(text(1, apiVersion), text(2, kind)));
  return Buffer.concat([Buffer.from('k8s\0'), message(all(part(1, meta), part(2, raw)))]);
};
const entry = (key: string, value: string) => message(all(text(1, key), text(2, value)));

describe('an object in protobuf', () => {
  it('is read as JSON would have it: without what is zero, but for what may be zero', () => {
    const metadata = message(
      all(text(1, 'web'), text(2, ''), part(8, new Uint8Array()), part(11, entry('app', 'web'))),
    );
    const spec = message(all(number(1, 0), number(5, 0)));
    const raw = message(all(part(1, metadata), part(2, spec)));
    expect(decodeObject(envelope('apps/v1', 'Deployment', raw))).toEqual({
      ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: { replicas: 0 },
    });
  });

  it('has lists, bytes, ports by number or name, and what Go embeds', () => {
    const port = (target: Uint8Array) => message(all(text(2, 'TCP'), number(3, 80), part(4, target)));
    const [byNumber, byName] = [
      message(all(number(1, 0), number(2, 8000))),
      message(all(number(1, 1), text(3, 'http'))),
    ];
    const spec = message(all(part(1, port(byNumber)), part(1, port(byName))));
    expect(decodeObject(envelope('v1', 'Service', message(part(2, spec)))).spec).toEqual({
      ports: [
        { protocol: 'TCP', port: 80, targetPort: 8000 },
        { protocol: 'TCP', port: 80, targetPort: 'http' },
      ],
    });
    expect(decodeObject(envelope('v1', 'Secret', message(part(2, entry('k', 'v')))))).toMatchObject({
      data: { k: 'dg==' },
    });
    const volume = message(all(text(1, 'd'), part(2, message(part(2, new Uint8Array())))));
    expect(decodeObject(envelope('v1', 'Pod', message(part(2, message(part(1, volume))))))).toMatchObject({
      spec: { volumes: [{ name: 'd', emptyDir: {} }] },
    });
  });

  it('keeps what is known of an object with fields that are not', () => {
    const raw = message(all(text(999, 'new'), part(1, message(text(1, 'web')))));
    expect(decodeObject(envelope('v1', 'ConfigMap', raw))).toMatchObject({ metadata: { name: 'web' } });
  });

  it('that is none, is cut off, or of a kind that nobody knows, is refused', () => {
    expect(() => decodeObject(Buffer.from('{"a":1}'))).toThrow(
      'the body is not a Kubernetes object in protobuf',
    );
    const whole = envelope('v1', 'ConfigMap', message(text(1, 'a')));
    expect(() => decodeObject(whole.subarray(0, -1))).toThrow('the body ends too early');
    expect(() => decodeObject(envelope('example.com/v1', 'Thing', new Uint8Array()))).toThrow(
      'application/vnd.kubernetes.protobuf of example.com/v1 Thing',
    );
  });
});
