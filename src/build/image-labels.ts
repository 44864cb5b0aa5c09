/** Labels of every image that rockpool builds. */
export const IMAGE_LABELS = {
  /** name of the project */
  app: 'rockpool.dev/app',
  /** of the image, as the manifests write it */
  image: 'rockpool.dev/image',
  /** of the save, in the session that built it */
  generation: 'rockpool.dev/generation',
} as const;
