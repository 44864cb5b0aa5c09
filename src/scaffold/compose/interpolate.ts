export interface Interpolated {
  readonly text: string;
  /** variables that have no value and no default */
  readonly missing: readonly string[];
  /** what is wrong with the text */
  readonly problem?: string;
}

/** Deeper than anybody nests defaults. */
const MAX_DEPTH = 10;

/**
 * Replaces variables as compose does: `$A`, `${A}`, `${A:-default}`, `${A:?message}`, `${A:+other}` and the forms without
 * the colon, for which an empty value counts as one; `$$` is a `$`. Pure.
 */
export function interpolate(text: string, env: Readonly<Record<string, string>>, depth = 0): Interpolated {
  if (!text.includes('$')) return { text, missing: [] };
  const missing: string[] = [];
  let out = '';
  for (let at = 0; at < text.length; ) {
    if (text[at] !== '$') {
      out += text[at];
      at += 1;
      continue;
    }
    const found = variableAt(text, at);
    if (!found || depth > MAX_DEPTH)
      return { text, missing: [], problem: `"${text}" has a "$" that begins no variable` };
    const replaced = found.name === undefined ? { text: '$', missing: [] } : replace(found, env, depth);
    if (replaced.problem !== undefined) return replaced;
    out += replaced.text;
    missing.push(...replaced.missing);
    at = found.end;
  }
  return { text: out, missing };
}

interface Variable {
  /** absent for `$$` */
  readonly name?: string;
  readonly operator?: string;
  readonly operand?: string;
  readonly end: number;
}

function variableAt(text: string, at: number): Variable | undefined {
  const rest = text.slice(at + 1);
  if (rest.startsWith('$')) return { end: at + 2 };
  const plain = /^[A-Za-z_]\w*/.exec(rest)?.[0];
  if (plain !== undefined) return { name: plain, end: at + 1 + plain.length };
  const [head, name, operator] = /^\{([A-Za-z_]\w*)(:?[-?+])?/.exec(rest) ?? [];
  if (head === undefined || name === undefined) return undefined;
  const close = closingBrace(rest, head.length);
  if (close < 0 || (operator === undefined && close !== head.length)) return undefined;
  const operand = rest.slice(head.length, close);
  return { name, ...(operator === undefined ? {} : { operator, operand }), end: at + 2 + close };
}

/** Defaults may hold variables of their own. */
function closingBrace(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{' && text[at - 1] === '$') open += 1;
    if (text[at] === '}') open -= 1;
    if (open === 0) return at;
  }
  return -1;
}

function replace(variable: Variable, env: Readonly<Record<string, string>>, depth: number): Interpolated {
  const { name = '', operator, operand = '' } = variable;
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  const isSet = value !== undefined && !(operator?.startsWith(':') && value === '');
  const other = () => interpolate(operand, env, depth + 1);
  switch (operator?.at(-1)) {
    case '-':
      return isSet ? { text: value, missing: [] } : other();
    case '+':
      return isSet ? other() : { text: '', missing: [] };
    default:
      return isSet ? { text: value, missing: [] } : { text: '', missing: [name] };
  }
}
