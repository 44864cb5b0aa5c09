import { formatPlace } from '../../session/failure.ts';
import type { Survey } from '../survey/survey.ts';
import type { Source } from './source.ts';

/** Everything in a project that could be an entry of `manifests`. Pure. */
export function sourcesOf({ manifests }: Survey): readonly Source[] {
  return manifests.map(({ path, objects, template }) => ({
    kind: 'file',
    path,
    objects: objects.map(({ manifest, place }) => ({
      manifest,
      at: formatPlace({ file: path, line: place.line }),
    })),
    ...(template === undefined ? {} : { template }),
  }));
}
