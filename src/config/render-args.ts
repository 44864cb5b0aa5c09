import type { ImageConfig } from './config.ts';
import type { ValueRenderer } from './value-renderer.ts';

/** Renders the templates in build arguments. What does not render is a problem of the renderer. */
export async function renderArgs(
  images: readonly (ImageConfig | undefined)[],
  renderer: ValueRenderer,
): Promise<readonly ImageConfig[]> {
  const rendered = await Promise.all(
    images.map(async (image, index) => {
      if (!image) return [];
      const args = await Promise.all(
        Object.entries(image.args).map(
          async ([name, source]) =>
            [name, await renderer.render(source, ['images', index, 'args', name])] as const,
        ),
      );
      return [{ ...image, args: Object.fromEntries(args) }];
    }),
  );
  return rendered.flat();
}
