import { describe, expect, it } from 'vitest';
import { builderOf, minikubeBuildArguments } from '../../../src/cluster/minikube-build-arguments.ts';

const build = {
  ref: 'shop/web:rp-1',
  dockerfile: 'docker/web.Dockerfile',
  target: 'dev',
  platform: 'linux/arm64',
  args: { VERSION: '1, 2', URL: 'http://a?b=c' },
  labels: { 'rockpool.dev/app': 'shop' },
  pulls: false,
};
const plain = {
  ref: 'localhost:5000/web:1',
  dockerfile: 'Dockerfile',
  args: {},
  labels: {},
  pulls: true,
};

describe('minikubeBuildArguments', () => {
  it('speaks to buildctl in a node with containerd', () => {
    const args = minikubeBuildArguments(build, '/tmp/x.tar', { profile: 'p', builder: 'buildctl', nodes: 1 });
    expect(args).toEqual([
      ...['image', 'build', '--alsologtostderr', '-p', 'p', '-t', 'docker.io/shop/web:rp-1'],
      ...['--build-opt', 'opt=filename=docker/web.Dockerfile'],
      ...['--build-opt', 'opt=image-resolve-mode=local'],
      ...['--build-opt', 'opt=target=dev'],
      ...['--build-opt', 'opt=platform=linux/arm64'],
      ...['--build-opt', 'opt=build-arg:VERSION=1, 2'],
      ...['--build-opt', 'opt=build-arg:URL=http://a?b=c'],
      ...['--build-opt', 'opt=label:rockpool.dev/app=shop'],
      '/tmp/x.tar',
    ]);
  });

  it('speaks to podman in a node with cri-o', () => {
    const args = minikubeBuildArguments(build, '/tmp/x.tar', { profile: 'p', builder: 'podman', nodes: 1 });
    expect(args).toEqual([
      ...[
        'image',
        'build',
        '--alsologtostderr',
        '-p',
        'p',
        '-t',
        'docker.io/shop/web:rp-1',
        '-f',
        'docker/web.Dockerfile',
      ],
      ...['--build-opt', 'target=dev'],
      ...['--build-opt', 'platform=linux/arm64'],
      ...['--build-opt', 'build-arg=VERSION=1, 2'],
      ...['--build-opt', 'build-arg=URL=http://a?b=c'],
      ...['--build-opt', 'label=rockpool.dev/app=shop'],
      '/tmp/x.tar',
    ]);
  });

  it.each([2, undefined])('builds on all nodes when there are %s', (nodes) => {
    const args = minikubeBuildArguments(plain, 'x.tar', { profile: 'p', builder: 'podman', nodes });
    expect(args).toEqual(
      'image build --alsologtostderr -p p -t localhost:5000/web:1 -f Dockerfile --all x.tar'.split(' '),
    );
  });
});

it.each([
  ['containerd', 'buildctl'],
  ['crio', 'podman'],
  ['cri-o', 'podman'],
  ['docker', undefined],
])('the builder of %s is %s', (runtime, builder) => expect(builderOf(runtime)).toBe(builder));
