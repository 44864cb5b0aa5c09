import type { DockerBuild } from '../build/docker-daemon.ts';
import { fullName } from './minikube-images.ts';

/** What `minikube image build` builds with: buildctl in a node with containerd, podman in one with cri-o. */
export type NodeBuilder = 'buildctl' | 'podman';

/** The builder of a runtime as minikube names it; undefined: one that rockpool does not build with this way. Pure. */
export function builderOf(runtime: string): NodeBuilder | undefined {
  if (runtime === 'containerd') return 'buildctl';
  return /^cri-?o$/.test(runtime) ? 'podman' : undefined;
}

/**
 * The command line of `minikube image build`. `--build-opt X` becomes `--X` of the node's builder (BuildImage in
 * pkg/minikube/cruntime/containerd.go and crio.go): its own options differ. Pure.
 * @param archive a tar file, which minikube takes as it is (cmd/minikube/cmd/image.go)
 */
export function minikubeBuildArguments(
  build: DockerBuild,
  archive: string,
  { profile, builder, nodes }: { profile: string; builder: NodeBuilder; nodes?: number | undefined },
): string[] {
  const options = builder === 'buildctl' ? buildctlOptions(build) : podmanOptions(build);
  return [
    // Its log is where it tells of a node that it could not build in. Without the registry's host, an older one names the
    // image as the runtime does not.
    ...['image', 'build', '--alsologtostderr', '-p', profile, '-t', fullName(build.ref)],
    ...(builder === 'podman' ? ['-f', build.dockerfile] : []),
    ...options.flatMap((option) => ['--build-opt', option]),
    // else on the first node only
    ...(nodes === 1 ? [] : ['--all']),
    archive,
  ];
}

/**
 * `local`: a base image that the node has is taken as it is; by default buildctl asks its registry first. `filename`,
 * since what `-f` names minikube copies over the context's Dockerfile.
 */
function buildctlOptions({ dockerfile, target, platform, args, labels }: DockerBuild): string[] {
  return [
    `opt=filename=${dockerfile}`,
    'opt=image-resolve-mode=local',
    ...(target === undefined ? [] : [`opt=target=${target}`]),
    ...(platform === undefined ? [] : [`opt=platform=${platform}`]),
    ...Object.entries(args).map(([name, value]) => `opt=build-arg:${name}=${value}`),
    ...Object.entries(labels).map(([name, value]) => `opt=label:${name}=${value}`),
  ];
}

function podmanOptions({ target, platform, args, labels }: DockerBuild): string[] {
  return [
    ...(target === undefined ? [] : [`target=${target}`]),
    ...(platform === undefined ? [] : [`platform=${platform}`]),
    ...Object.entries(args).map(([name, value]) => `build-arg=${name}=${value}`),
    ...Object.entries(labels).map(([name, value]) => `label=${name}=${value}`),
  ];
}
