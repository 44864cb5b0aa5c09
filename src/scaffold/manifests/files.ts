import { posix } from 'node:path';
import { Scalar } from 'yaml';
import type { ServiceSketch, SketchFile } from '../proposal.ts';
import { labelsOf } from './labels.ts';

/** Objects that hold the files of a program, its volumes of them, and where they are mounted. */
export interface FileMounts {
  readonly objects: readonly object[];
  readonly volumes: readonly object[];
  readonly mounts: readonly object[];
}

/** A ConfigMap and a Secret with the files of a program, each mounted alone, so that what lies beside it stays. Pure. */
export function filesOf({ name, files = [], volumes }: ServiceSketch, app: string): FileMounts {
  const groups = [false, true].map((isSecret) => files.filter((file) => file.isSecret === isSecret));
  const taken = new Set(volumes.map((volume) => volume.name));
  const each = groups.map((group, index): FileMounts => {
    if (group.length === 0) return { objects: [], volumes: [], mounts: [] };
    const isSecret = index === 1;
    const volume = freeName(isSecret ? 'secret-files' : 'config-files', taken);
    const object = `${name}-files`;
    const metadata = { name: object, labels: labelsOf(name, app) };
    const keyed = withKeys(group);
    const data = Object.fromEntries(keyed.map(({ key, content }) => [key, content]));
    const mode = group.some(({ content }) => content.startsWith('#!')) ? { defaultMode: executable() } : {};
    const source = isSecret
      ? { secret: { secretName: object, ...mode } }
      : { configMap: { name: object, ...mode } };
    return {
      objects: [
        isSecret
          ? { apiVersion: 'v1', kind: 'Secret', metadata, stringData: data }
          : { apiVersion: 'v1', kind: 'ConfigMap', metadata, data },
      ],
      volumes: [{ name: volume, ...source }],
      mounts: keyed.map(({ key, mountPath }) => ({ name: volume, mountPath, subPath: key, readOnly: true })),
    };
  });
  return {
    objects: each.flatMap((part) => part.objects),
    volumes: each.flatMap((part) => part.volumes),
    mounts: each.flatMap((part) => part.mounts),
  };
}

/** Scripts that are mounted are mostly there to be run. In octal, as people write modes. */
function executable(): Scalar<number> {
  return Object.assign(new Scalar(0o755), { format: 'OCT' });
}

/** The file's name, where two have the same with a number. */
function withKeys(files: readonly SketchFile[]): readonly (SketchFile & { readonly key: string })[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const name = posix
      .basename(file.mountPath)
      .replace(/[^-._a-zA-Z0-9]/g, '-')
      .replace(/^\.+$/, 'file');
    return { ...file, key: freeName(name, taken) };
  });
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
  taken.add(name);
  return name;
}
