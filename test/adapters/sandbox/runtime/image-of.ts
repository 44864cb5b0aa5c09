import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ContainerSpec, ImageConfig } from '../../../../src/sandbox/runtime/runtime.ts';

/** An image of these files, with `/app` as its working directory. */
export function imageOf(
  dir: string,
  files: Record<string, string>,
  more: Partial<ImageConfig> = {},
): ImageConfig {
  const folder = join(dir, `image-${Math.random().toString(36).slice(2)}`);
  mkdirSync(join(folder, 'app'), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return {
    ...{
      id: `sha256:${'0'.repeat(64)}`,
      refs: ['app:1'],
      folder,
      env: [],
      entrypoint: [],
      cmd: [],
      user: '',
    },
    ...{ workingDir: '/app', exposed: [], labels: {}, createdAt: 0, size: 0 },
    ...more,
  };
}

/** A container of an image that keeps its lines. */
export function specOf(image: ImageConfig, command: readonly string[], more: Partial<ContainerSpec> = {}) {
  const lines: string[] = [];
  const spec: ContainerSpec = {
    ...{ name: 'uid/web/0', image, command, workingDir: '/app', env: {}, mounts: [] },
    ...{ address: '127.0.0.1', hostname: 'web-1', ports: [], namesFolder: image.folder },
    onLine: ({ stream, text, partial }) => lines.push(`${stream} ${text}${partial ? '…' : ''}`),
    ...more,
  };
  return { spec, lines };
}
