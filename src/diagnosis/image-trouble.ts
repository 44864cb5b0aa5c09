import { nearestNames } from '../session/nearest-names.ts';
import type { ContainerObserved, PodObserved } from '../session/observed.ts';
import type { SessionState } from '../session/state.ts';
import { containerName, sentence, type Trouble } from './trouble.ts';

/** A container whose image is not to be had. Pure. */
export function imageTrouble(
  state: SessionState,
  pod: PodObserved,
  container: ContainerObserved,
): Trouble | undefined {
  if (container.state !== 'waiting') return undefined;
  const { image, message = '', name } = container;
  const due = [`image:${name}`, `container:${name}`];
  const of = `for the ${containerName(pod, container)}`;
  switch (container.reason) {
    case 'ErrImagePull':
    case 'ImagePullBackOff':
      return {
        code: 'IMAGE_PULL_FAILED',
        words: 'image pull failed',
        message: sentence(`The image ${image} could not be pulled ${of}`, registryWords(message)),
        hint: hintFor(state, image),
        due,
      };
    case 'InvalidImageName':
    case 'ImageInspectError':
      return {
        code: 'IMAGE_NAME_INVALID',
        words: 'image name invalid',
        message: sentence(
          `The image name ${image} ${of} is not valid`,
          /couldn't parse image name "[^"]*": (?:invalid reference format: )?(.*)$/.exec(message)?.[1],
        ),
        hint: 'Image names are in lower case: registry/name:tag.',
        due,
      };
    case 'ErrImageNeverPull':
      return {
        code: 'IMAGE_NEVER_PULL',
        words: 'image not on the node',
        message: `The image ${image} ${of} is not on the node, and imagePullPolicy: Never forbids to pull it.`,
        hint: hintFor(state, image),
        due,
      };
    default:
      return undefined;
  }
}

/** What the registry said, without the names of all who passed it on. */
function registryWords(message: string): string {
  const said = message.replace(/^Back-off pulling image "[^"]*":? ?/, '').replace(/^ErrImagePull: /, '');
  const rest = said
    .replace(/^.*failed to pull and unpack image "[^"]*": /s, '')
    .replace(/^failed to resolve (image|reference "[^"]*"): /, '')
    .replace(/^failed to do request: /, '');
  return rest.replaceAll('\n', ' ');
}

/** Whether the project builds it under another name is what people look for first. */
function hintFor({ images }: SessionState, image: string): string {
  const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  if (name in images)
    return 'rockpool builds it: the node does not run from the daemon it was built into, or the tag has gone.';
  const [near] = nearestNames(name, Object.keys(images));
  if (near !== undefined) return `rockpool does not build ${name}. Did you mean ${near}, which it builds?`;
  return `rockpool does not build ${name}: check the name and the registry, or list it under images in rockpool.yaml.`;
}
