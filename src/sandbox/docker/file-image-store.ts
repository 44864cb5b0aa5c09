import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageConfig, ImageStore } from '../runtime/runtime.ts';
import { parseReference } from './base/image-reference.ts';

/**
 * Images in a file `images.json` of a folder, which is the owner's alone. An image whose files have gone is forgotten;
 * a file that cannot be read counts as none: images can be built again.
 */
export function createFileImageStore(dir: string): ImageStore {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, 'images.json');
  const images = new Map(read(file).map((image) => [image.id, image]));
  const save = () => {
    writeFileSync(`${file}.new`, JSON.stringify([...images.values()]), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const find = (ref: string) => {
    const name = withTag(ref);
    const short = ref.replace(/^sha256:/, '');
    return (
      [...images.values()].find(({ refs }) => refs.includes(name)) ??
      images.get(ref) ??
      (/^[0-9a-f]{6,64}$/.test(short)
        ? [...images.values()].find(({ id }) => id.startsWith(`sha256:${short}`))
        : undefined)
    );
  };
  /** A name means one image only; the one that had it goes with its last name. */
  const take = (ref: string) => {
    for (const image of images.values()) {
      if (!image.refs.includes(ref)) continue;
      const refs = image.refs.filter((one) => one !== ref);
      if (refs.length === 0) images.delete(image.id);
      else images.set(image.id, { ...image, refs });
    }
  };
  return {
    find,
    list: () => [...images.values()],
    add(image) {
      const refs = image.refs.map(withTag);
      const before = images.get(image.id)?.refs ?? [];
      for (const ref of refs) take(ref);
      images.set(image.id, { ...image, refs: [...new Set([...before, ...refs])] });
      save();
    },
    tag(id, ref) {
      const image = images.get(id);
      if (!image || image.refs.includes(withTag(ref))) return;
      take(withTag(ref));
      images.set(id, { ...image, refs: [...image.refs, withTag(ref)] });
      save();
    },
    remove(ref) {
      const image = find(ref);
      if (!image) return false;
      const refs = image.refs.filter((one) => one !== withTag(ref));
      if (refs.length === image.refs.length || refs.length === 0) images.delete(image.id);
      else images.set(image.id, { ...image, refs });
      save();
      return true;
    },
  };
}

/** `docker.io/library/a` is `a:latest`. */
function withTag(ref: string): string {
  const { name, tag } = parseReference(ref);
  return `${name}:${tag}`;
}

function read(file: string): ImageConfig[] {
  try {
    const images = JSON.parse(readFileSync(file, 'utf8')) as ImageConfig[];
    return images.filter(({ folder }) => existsSync(folder));
  } catch {
    return [];
  }
}
