/** The value with some fields changed; the same reference when they had these values already. */
export function patch<T extends object>(value: T, change: Partial<T>): T {
  const keys = Object.keys(change) as (keyof T)[];
  return keys.every((key) => value[key] === change[key]) ? value : { ...value, ...change };
}
