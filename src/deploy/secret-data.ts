import { isMap, type Manifest } from './manifest.ts';

/**
 * A Secret with its `stringData` as `data`, where the apiserver keeps it: server-side apply does not know whose a value
 * is that came as stringData, so that a key taken out of the manifest would stay. Anything else, and a Secret with
 * values that are no text, as it is. Pure.
 */
export function withSecretData(manifest: Manifest): Manifest {
  const { kind, apiVersion, stringData, data = {}, ...rest } = manifest;
  if (kind !== 'Secret' || apiVersion !== 'v1' || !isMap(stringData) || !isMap(data ?? {})) return manifest;
  const entries = Object.entries(stringData);
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) return manifest;
  const encoded = entries.map(([key, text]) => [key, Buffer.from(text, 'utf8').toString('base64')]);
  return { apiVersion, kind, ...rest, data: { ...(data as object | null), ...Object.fromEntries(encoded) } };
}
