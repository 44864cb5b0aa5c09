import { isMap } from '../../deploy/manifest.ts';

/** What a chart's templates see. */
export interface TemplateScope {
  readonly values: unknown;
  readonly chart: string;
  readonly release: string;
}

/** Stands for what cannot be told without helm. */
export const UNKNOWN = '\uFFFD';

/**
 * What a chart's template makes, as far as that can be told without helm: values, names of the chart and the release,
 * the usual `fullname`; conditions on values; everything else is unknown, and lines of nothing else are left out. Only
 * good for finding out which images and Services there are. Pure.
 */
export function expandTemplate(source: string, scope: TemplateScope): string {
  const text = source.replace(/\{\{-?\s*\/\*[\s\S]*?\*\/\s*-?\}\}/g, '');
  const blocks: Block[] = [];
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, action] = /^\s*\{\{-?\s*(.*?)\s*-?\}\}\s*$/.exec(line) ?? [];
    if (action !== undefined) openOrClose(action, blocks, scope);
    else if (blocks.every(({ isTaken }) => isTaken)) lines.push(expandLine(line, scope));
  }
  return lines.join('\n');
}

/** An `if`, `with` or `range` whose end is not reached yet. */
interface Block {
  isTaken: boolean;
  /** a branch of it was taken already */
  wasTaken: boolean;
}

function openOrClose(action: string, blocks: Block[], scope: TemplateScope): void {
  const [, word = '', rest = ''] = /^(\w+)\s*(.*)$/.exec(action) ?? [];
  const last = blocks.at(-1);
  if (['if', 'with', 'range', 'define', 'block'].includes(word)) {
    const isTaken = word !== 'define' && isTrue(rest, scope);
    blocks.push({ isTaken, wasTaken: isTaken });
  } else if (word === 'else' && last) {
    const isTaken = !last.wasTaken && (!rest.startsWith('if') || isTrue(rest.slice(2), scope));
    blocks[blocks.length - 1] = { isTaken, wasTaken: last.wasTaken || isTaken };
  } else if (word === 'end') blocks.pop();
}

/** What is unknown is taken to be true: more is found so. */
function isTrue(condition: string, scope: TemplateScope): boolean {
  const text = condition.trim();
  if (/^not\s/.test(text)) {
    const value = evaluate(text.slice(4), scope);
    return value === UNKNOWN || !isTruthy(value);
  }
  if (/^and\s/.test(text)) {
    return text
      .slice(4)
      .split(/\s+/)
      .every((part) => !part.startsWith('.Values') || isTruthy(evaluate(part, scope)));
  }
  return isTruthy(evaluate(text, scope));
}

function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isMap(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** A line with each action replaced by its value. */
function expandLine(line: string, scope: TemplateScope): string {
  return line.replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, (_, action: string) => {
    const value = evaluate(action, scope);
    return value === undefined ? '' : typeof value === 'object' ? UNKNOWN : String(value);
  });
}

/** Functions that change nothing that matters here. */
const PASSING =
  /^(?:quote|squote|trunc|trimSuffix|trim|toString|lower|nindent|indent|int|int64|toYaml|replace)\b/;

function evaluate(expression: string, scope: TemplateScope): unknown {
  const [first = '', ...filters] = expression.split('|').map((part) => part.trim());
  return filters.reduce<unknown>(
    (value, filter) => {
      const fallback = /^default\s+(.+)$/.exec(filter)?.[1];
      if (fallback !== undefined) return isTruthy(value) && value !== UNKNOWN ? value : term(fallback, scope);
      return PASSING.test(filter) ? value : UNKNOWN;
    },
    term(first, scope),
  );
}

function term(text: string, scope: TemplateScope): unknown {
  const [function_ = '', ...args] = text.replace(/^\((.*)\)$/, '$1').match(/\([^()]*\)|"[^"]*"|\S+/g) ?? [];
  if (function_.startsWith('"')) return function_.slice(1, -1);
  if (/^-?\d+$/.test(function_)) return Number(function_);
  if (function_.startsWith('.') || function_.startsWith('$.'))
    return lookUp(function_.replace(/^\$/, ''), scope);
  if (function_ === 'include' || function_ === 'template') return included(args[0] ?? '', scope);
  if (function_ === 'default') {
    const value = term(args[1] ?? '', scope);
    return isTruthy(value) && value !== UNKNOWN ? value : term(args[0] ?? '', scope);
  }
  if (function_ === 'printf') return formatted(args, scope);
  return PASSING.test(function_) ? term(args.at(-1) ?? '', scope) : UNKNOWN;
}

function formatted([format = '', ...args]: readonly string[], scope: TemplateScope): string {
  const values = args.map((arg) => term(arg, scope));
  return format.replace(/^"|"$/g, '').replace(/%[svd]/g, () => String(values.shift() ?? ''));
}

function lookUp(path: string, { values, chart, release }: TemplateScope): unknown {
  if (path === '.Release.Name') return release;
  if (path === '.Chart.Name') return chart;
  if (!path.startsWith('.Values.')) return UNKNOWN;
  return path
    .slice('.Values.'.length)
    .split('.')
    .reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), values);
}

/** What `helm create` writes into _helpers.tpl, and most charts keep. */
function included(name: string, { values, chart, release }: TemplateScope): unknown {
  const map = isMap(values) ? values : {};
  const own =
    typeof map['nameOverride'] === 'string' && map['nameOverride'] !== '' ? map['nameOverride'] : chart;
  if (/\.name"$/.test(name)) return own;
  if (!/\.fullname"$/.test(name)) return UNKNOWN;
  if (typeof map['fullnameOverride'] === 'string' && map['fullnameOverride'] !== '')
    return map['fullnameOverride'];
  return release.includes(own) ? release : `${release}-${own}`;
}
