import { fieldShape, type Shape } from './shape.ts';

/** A field that Kubernetes does not have, or a value that it cannot take. */
export interface FieldProblem {
  /** `spec.template.spec.containers[0].imagee` */
  readonly path: string;
  /** `type`: the value cannot be read at all */
  readonly is: 'unknown' | 'type';
  /** for `type`: what it is and what it must be, as Go's decoder says it */
  readonly says?: string;
}

/** All problems of an object, in its order. Pure. */
export function checkFields(value: unknown, shape: Shape, path = ''): readonly FieldProblem[] {
  if (value === null || value === undefined || shape.is === 'any') return [];
  switch (shape.is) {
    case 'scalar':
      return isScalar(value, shape.type) ? [] : [wrong(path, value, shape.type)];
    case 'list':
      if (!Array.isArray(value)) return [wrong(path, value, 'array')];
      return value.flatMap((item, index) => checkFields(item, shape.item, `${path}[${index}]`));
    default:
      if (!isMap(value)) return [wrong(path, value, 'object')];
      return Object.entries(value).flatMap(([key, item]) => {
        const at = path === '' ? key : `${path}.${key}`;
        const field = fieldShape(shape, key);
        return field ? checkFields(item, field, at) : [{ path: at, is: 'unknown' as const }];
      });
  }
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown, type: string): boolean {
  if (type === 'IntOrString') return typeof value === 'string' || Number.isInteger(value);
  // Quantities may be written as numbers; a list of times and such are strings here.
  if (type === 'string') return typeof value === 'string' || typeof value === 'number';
  return typeof value === type;
}

function wrong(path: string, value: unknown, type: string): FieldProblem {
  const is = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  return { path, is: 'type', says: `cannot unmarshal ${is} into ${path} of type ${type}` };
}
