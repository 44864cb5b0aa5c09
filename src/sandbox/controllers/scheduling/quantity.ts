/** What a letter behind a number multiplies it by (k8s.io/apimachinery/pkg/api/resource). */
const FACTORS: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** `250m`, `1.5Gi`, `1e3` as a number; undefined for what is no quantity. Pure. */
export function quantity(text: string | number): number | undefined {
  const found = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]{0,2})$/.exec(String(text));
  const factor = FACTORS[found?.[2] ?? ''];
  const number = Number(found?.[1]);
  return factor === undefined || Number.isNaN(number) ? undefined : number * factor;
}
