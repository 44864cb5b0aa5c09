import { z } from 'zod';
import { event, generation, image } from './define-event.ts';
import { Failure } from './failure.ts';

/** Images: built, brought to the nodes, gone, pruned. */
export const imageEvents = [
  event('build.started', { image, generation, ref: z.string() }, 'A build began.'),
  event(
    'build.progressed',
    { image, generation, step: z.string(), index: z.number().int(), total: z.number().int() },
    'A build reached a step of its Dockerfile.',
  ),
  event(
    'build.succeeded',
    {
      image,
      generation,
      ref: z.string().describe('name:tag, the tag being a hash of what went in'),
      skipped: z.boolean().describe('the daemon had it already'),
      durationMs: z.number(),
    },
    'An image is in the daemon.',
  ),
  event(
    'image.settled',
    {
      image,
      generation,
      restless: z.boolean().describe('saves did not cease: the build is not overtaken any more'),
    },
    'Saves overtook a build, and no further one followed: it may be built now.',
  ),
  event(
    'sync.started',
    { image, generation, targets: z.array(z.string()).describe('podUID/containerID') },
    'Saved files are being written into running containers.',
  ),
  event(
    'sync.succeeded',
    {
      image,
      generation,
      ref: z.string().describe('what a build of the same content would be called'),
      targets: z.array(z.string()).describe('podUID/containerID'),
      durationMs: z.number(),
    },
    'Saved files are in the containers that run the image.',
  ),
  event(
    'sync.answered',
    { image, generation },
    'The programs that got the files answer their readiness probes, or have run on for some seconds.',
  ),
  event(
    'sync.failed',
    {
      image,
      generation,
      failure: Failure,
      lasting: z.boolean().describe('it would fail again: further saves are built'),
    },
    'Saved files could not be written into the containers: the image is built.',
  ),
  event('build.failed', { image, generation, failure: Failure }, 'A build failed.'),
  event(
    'image.delivered',
    {
      image,
      generation,
      ref: z.string(),
      way: z.string().describe('in words: "minikube image load"'),
      skipped: z.boolean().describe('the nodes had it already'),
      durationMs: z.number(),
    },
    'An image was brought from the daemon to the nodes.',
  ),
  event(
    'image.gone',
    { image, ref: z.string() },
    'A tag of ours that a pod needs is not on the node any more: it is built again.',
  ),
  event(
    'pods.woken',
    { image, generation, pods: z.array(z.string()).describe('uids') },
    'The kubelet was told to look again at pods that waited for an image which is there now.',
  ),
  event(
    'images.pruned',
    { generation, refs: z.array(z.string()), bytes: z.number() },
    'Old tags of the project were deleted from the daemon.',
  ),
] as const;
