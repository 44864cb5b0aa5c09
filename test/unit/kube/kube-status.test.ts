import { describe, expect, it } from 'vitest';
import { KubeError } from '../../../src/kube/kube-client.ts';
import { parseStatus } from '../../../src/kube/kube-status.ts';
import { asInvalid } from '../../../src/kube/typed-patch-error.ts';
import { parseWarnings } from '../../../src/kube/warning-header.ts';

describe('parseStatus', () => {
  it('reads a Status', () => {
    const body = {
      kind: 'Status',
      code: 404,
      reason: 'NotFound',
      message: 'pods "a" not found',
      details: { causes: [{ reason: 'r', field: 'f' }] },
    };
    expect(parseStatus(500, JSON.stringify(body))).toEqual({
      code: 404,
      reason: 'NotFound',
      message: 'pods "a" not found',
      causes: [{ reason: 'r', field: 'f' }],
    });
  });

  it.each([
    ['null', 503, { code: 503, message: 'null', causes: [] }],
    [
      '{"code":7,"details":{"causes":"none"}}',
      502,
      { code: 502, message: '{"code":7,"details":{"causes":"none"}}', causes: [] },
    ],
    ['{"kind":"Status","details":{"causes":[null,3]}}', 500, { code: 500, causes: [{}, {}] }],
    ['', 500, { code: 500, message: 'HTTP 500', causes: [] }],
    [' gone \n', 500, { code: 500, message: 'gone', causes: [] }],
  ])('makes something of %j', (body, code, expected) => {
    expect(parseStatus(code, body)).toMatchObject(expected);
  });

  it('quotes no more than the beginning of a page', () => {
    expect(parseStatus(500, 'x'.repeat(10_000)).message).toHaveLength(500);
  });
});

describe('parseWarnings', () => {
  it.each([
    [undefined, []],
    ['299 - "plain"', ['plain']],
    ['299 - "with \\"quotes\\", comma and \\\\"', ['with "quotes", comma and \\']],
    ['299 - "one", 299 - "two"', ['one', 'two']],
    ['299 - "dated" "Sat, 21 Nov 2026 10:00:00 GMT"', ['dated']],
    [
      ['299 - "one"', '299 kube "two"'],
      ['one', 'two'],
    ],
    ['not in that form', ['not in that form']],
  ])('reads %j', (header, texts) => {
    expect(parseWarnings(header)).toEqual(texts);
  });
});

describe('asInvalid', () => {
  const error = (message: string) =>
    new KubeError({ code: 500, message, causes: [] }, { method: 'PATCH', path: '/' });
  const lead = 'failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): ';

  it('tells one field and several', () => {
    expect(asInvalid(error(`${lead}.spec.replics: field not declared in schema`))).toMatchObject({
      message: 'spec.replics: unknown field',
      status: { code: 422, causes: [{ reason: 'FieldValueUnknown', field: 'spec.replics' }] },
    });
    expect(
      asInvalid(error(`${lead}errors:\n  .a: expected string, got &value.valueUnstructured{Value:1}\n  odd`)),
    ).toMatchObject({
      message: 'a: expected string, got 1; odd',
      status: { causes: [{ reason: 'FieldValueTypeInvalid', field: 'a' }, { message: 'odd' }] },
    });
  });

  it('leaves every other error alone', () => {
    const other = error('etcd is slow');
    expect(asInvalid(other)).toBe(other);
    expect(asInvalid('text')).toBe('text');
  });
});
