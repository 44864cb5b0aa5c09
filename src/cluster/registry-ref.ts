/**
 * The ref of a project's image in a registry: `shop/web:rp-1` in `localhost:5000/team` is
 * `localhost:5000/team/shop/web:rp-1`. One that is in that registry by its own name keeps it; a host in the name becomes a
 * part of the path, since a registry knows no hosts. Pure.
 * @param registry host[:port][/path]
 */
export function registryRef(ref: string, registry: string): string {
  if (ref.startsWith(`${registry}/`)) return ref;
  const slash = ref.indexOf('/');
  const host = ref.slice(0, Math.max(slash, 0));
  if (!/[.:]/.test(host)) return `${registry}/${ref}`;
  return `${registry}/${host.toLowerCase().replaceAll(':', '_')}${ref.slice(slash)}`;
}
