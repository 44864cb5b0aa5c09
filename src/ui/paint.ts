/** SGR parameters of the styles in use: the terminal's own 16 colours, so that light and dark themes both work. */
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  inverse: [7, 27],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
} as const;

export type Style = keyof typeof codes;
/** The SGR parameter of a foreground colour. */
type Foreground = number;

/** Puts styles around a text. */
export interface Paint {
  (text: string, ...styles: readonly (Style | Foreground)[]): string;
  /** whether it does anything */
  readonly colour: boolean;
}

/** Styles as terminal escapes, or none at all: nothing on screen is said by colour alone. Pure. */
export function createPaint(colour: boolean): Paint {
  const paint = (text: string, ...styles: readonly (Style | Foreground)[]) =>
    colour ? styles.reduce(wrap, text) : text;
  return Object.assign(paint, { colour });
}

function wrap(text: string, style: Style | Foreground): string {
  const [on, off] = typeof style === 'number' ? [style, 39] : codes[style];
  return `\x1b[${on}m${text}\x1b[${off}m`;
}
