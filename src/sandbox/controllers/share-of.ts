/** `25%` of a number, which need not be whole, or a number by itself. Pure. */
export function shareOf(value: number | string, total: number): number {
  return typeof value === 'number' ? value : (Number.parseInt(value, 10) * total) / 100;
}
