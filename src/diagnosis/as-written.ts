/** A quantity as people write it: the apiserver makes `1k` of 1000 CPUs, and `500m` stays. Pure. */
export function asWritten(resource: string, amount: string): string {
  const [, number = '', power = ''] = /^(\d+)([kM])$/.exec(amount) ?? [];
  const isCount = /(^|\.)cpu$/.test(resource) || /^(pods|count\/.+)$/.test(resource);
  return number === '' || !isCount ? amount : `${number}${power === 'k' ? '000' : '000000'}`;
}
