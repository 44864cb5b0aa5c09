/** A variable, its braces and an operator with its operand: `$A`, `${A}`, `${A:-b}`, `${A+b}`. */
const VARIABLE =
  /\$(?:(?<plain>[A-Za-z_]\w*)|\{(?<name>[A-Za-z_]\w*)(?:(?<operator>:?[-+])(?<operand>[^{}]*))?\})/g;

/**
 * Replaces variables as BuildKit does in FROM: unset ones are empty, `:-` gives a default, `:+` a replacement, quotes
 * go. Forms it does not know (`${a#b}`) stay as they are. Pure.
 */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  if (text.startsWith("'") && text.endsWith("'") && text.length > 1) return text.slice(1, -1);
  const expanded = text.replace(VARIABLE, (...match) => {
    const { plain, name, operator, operand } = match.at(-1) as Record<string, string | undefined>;
    const value = variables.get(plain ?? name ?? '');
    return operator === undefined ? (value ?? '') : operate(operator, value, operand ?? '', variables);
  });
  return expanded.replace(/"/g, '');
}

/** With a colon an empty value counts as unset. */
function operate(
  operator: string,
  value: string | undefined,
  operand: string,
  variables: ReadonlyMap<string, string>,
): string {
  const set = value !== undefined && (value !== '' || !operator.startsWith(':'));
  const other = expandVariables(operand, variables);
  if (operator.endsWith('+')) return set ? other : '';
  return set ? value : other;
}
