/**
 * What kubectl makes of an unquoted scalar: go-yaml 2's `resolve`, which is YAML 1.1 without dates, base 60 numbers
 * and binary, and with some forms of 1.2 (`0o17`, `1e3`). Compared with kubectl by a test. Pure.
 */
export function readPlainScalar(text: string): string | number | boolean | null {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.\d]/.test(text)) return text;
  const digits = text.replaceAll('_', '');
  return readInteger(digits) ?? readFloat(digits) ?? text;
}

/** Whether an unquoted word stands for true or false to kubectl though it reads like a word to people: yes, on, n… */
export function isWordForBoolean(text: string): boolean {
  return typeof words.get(text) === 'boolean' && !/^(true|false)$/i.test(text);
}

/** Each in lower case, capitalised and in capitals, and no other way. */
const words: ReadonlyMap<string, boolean | number | null> = new Map<string, boolean | number | null>([
  ['', null],
  ['~', null],
  ...spellings(['null'], null),
  ...spellings(['true', 'yes', 'on', 'y'], true),
  ...spellings(['false', 'no', 'off', 'n'], false),
  ...spellings(['.nan'], Number.NaN),
  ['.NaN', Number.NaN],
  ...spellings(['.inf', '+.inf'], Number.POSITIVE_INFINITY),
  ...spellings(['-.inf'], Number.NEGATIVE_INFINITY),
]);

function spellings<T>(list: readonly string[], value: T): readonly [string, T][] {
  const capitalise = (text: string) => text.replace(/[a-z]/, (letter) => letter.toUpperCase());
  return list.flatMap((text) =>
    [text, capitalise(text), text.toUpperCase()].map((form): [string, T] => [form, value]),
  );
}

/** Go's strconv.ParseInt with base 0: 0x, 0b and 0o prefixes in either case, and a bare 0 for octal. */
function readInteger(text: string): number | undefined {
  const match = /^([-+]?)(?:0x([\da-f]+)|0b([01]+)|0o?([0-7]+)|(0|[1-9]\d*))$/i.exec(text);
  if (!match) return undefined;
  const [, sign, hex, binary, octal, decimal] = match;
  const magnitude =
    hex !== undefined
      ? Number.parseInt(hex, 16)
      : binary !== undefined
        ? Number.parseInt(binary, 2)
        : octal !== undefined
          ? Number.parseInt(octal, 8)
          : Number(decimal);
  return sign === '-' && magnitude !== 0 ? -magnitude : magnitude;
}

/** go-yaml's yamlStyleFloat; numbers beyond a double stay text. */
function readFloat(text: string): number | undefined {
  if (!/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
