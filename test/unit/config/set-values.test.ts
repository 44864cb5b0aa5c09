import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setValues } from '../../../src/config/set-values.ts';

describe('setValues reads --set as helm does', () => {
  it.each([
    ['a=1', { a: 1 }],
    ['a=-7,b=0,c=007', { a: -7, b: 0, c: '007' }],
    ['a=1.10', { a: '1.10' }],
    ['a=true,b=False,c=null,d=nil', { a: true, b: false, c: null, d: 'nil' }],
    ['a=', { a: '' }],
    ['a.b.c=x', { a: { b: { c: 'x' } } }],
    ['a[1].b=x', { a: [null, { b: 'x' }] }],
    ['a[0][1]=x', { a: [[null, 'x']] }],
    ['a={x,1,true}', { a: ['x', 1, true] }],
    ['a={}', { a: [] }],
    ['a=b\\,c', { a: 'b,c' }],
    ['a\\.b=c', { 'a.b': 'c' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=x y', { a: 'x y' }],
    ['a=12345678901234567890', { a: '12345678901234567890' }],
    ['__proto__.x=1', JSON.parse('{"__proto__":{"x":1}}')],
    ['', {}],
  ])('%s', (assignment, values) => {
    expect(setValues({}, assignment)).toEqual(values);
  });

  it('changes only what is named, and nothing in place', () => {
    const values = { a: { b: 1, c: 2 }, list: [1, 2] };
    expect(setValues(values, 'a.b=3,list[0]=9')).toEqual({ a: { b: 3, c: 2 }, list: [9, 2] });
    expect(values).toEqual({ a: { b: 1, c: 2 }, list: [1, 2] });
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it.each(['a', 'a.b', '=1', 'a..b=1', 'a[99999999]=1'])('refuses %s', (assignment) => {
    expect(() => setValues({}, assignment)).toThrow(SyntaxError);
  });

  it('throws nothing but SyntaxErrors', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab.,=[]{}\\01') }), (assignment) => {
        try {
          setValues({ a: [1], b: { a: 'x' } }, assignment);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
    );
  });
});
