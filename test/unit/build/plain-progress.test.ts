import { describe, expect, test } from 'vitest';
import { createBuildProgress } from '../../../src/build/build-progress.ts';
import { createPlainProgress } from '../../../src/build/plain-progress.ts';

/** Recorded: `docker build --progress=plain`, whose lines are buildctl's but for the last. */
const BUILDCTL = `
#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 149B done
#1 DONE 0.2s

#4 [build 1/2] FROM docker.io/library/busybox:latest@sha256:a94b4d2fd9d7f53f44f41f78e13749cbd06fbf1f079ee41fe97e32556f655469
#4 resolve docker.io/library/busybox:latest@sha256:a94b4d2fd9d7f53f44f41f78e13749cbd06fbf1f079ee41fe97e32556f655469 0.1s done
#4 CACHED

#5 [build 2/2] RUN echo hello
#5 0.331 hello
#5 ...

#6 [stage-1 2/3] RUN echo one && exit 3
#6 0.352 one
#6 0.353 error: failed to solve: not an error, a step says so

#5 [build 2/2] RUN echo hello
#5 DONE 0.4s

#6 [stage-1 2/3] RUN echo one && exit 3
#6 ERROR: process "/bin/sh -c echo one && exit 3" did not complete successfully: exit code: 3
------
 > [stage-1 2/3] RUN echo one && exit 3:
0.352 one
------
Dockerfile:6
--------------------
   6 | >>> RUN echo one && exit 3
--------------------
error: failed to solve: process "/bin/sh -c echo one && exit 3" did not complete successfully: exit code: 3
`;

/** Recorded from buildah 1.28, which is podman's builder; the end as its source has it. */
const PODMAN = `
[1/2] STEP 1/3: FROM busybox AS build
[1/2] STEP 2/3: ENV A=1
--> Using cache 4c5e6d
--> 4c5e6d
[1/2] STEP 3/3: RUN echo "Error: harmless"
Error: harmless
--> 9a1b2c
[2/2] STEP 1/2: FROM busybox
[2/2] STEP 2/2: RUN echo one && exit 3
one
Error: building at STEP "RUN echo one && exit 3": while running runtime: exit status 3
`;

function read(text: string) {
  const plain = createPlainProgress();
  const progress = createBuildProgress();
  const steps = text.split('\n').flatMap((line) => progress.take(plain.take(line) ?? NOTHING));
  const begun = steps.map((step) => `${step.stage} ${step.index}/${step.total} ${step.text}`);
  return { begun, broken: progress.broken(), error: plain.error() };
}
const NOTHING = { vertexes: [], logs: [] };

describe('the output of buildctl', () => {
  test('tells each step as it begins, and of the one that failed its output', () => {
    const { begun, broken, error } = read(BUILDCTL);
    expect(begun).toEqual([
      'build 1/2 FROM busybox:latest',
      'build 2/2 RUN echo hello',
      'stage-1 2/3 RUN echo one && exit 3',
    ]);
    expect(broken).toMatchObject({
      step: { index: 2, text: 'RUN echo one && exit 3' },
      output: ['one', 'error: failed to solve: not an error, a step says so'],
    });
    expect(error).toEqual({
      text: 'failed to solve: process "/bin/sh -c echo one && exit 3" did not complete successfully: exit code: 3',
      isSure: true,
    });
  });

  test('of several nodes is read one build after another', () => {
    const good = `#1 [internal] load\n#1 DONE 0.0s\n#2 [1/1] RUN a\n#2 0.1 hello\n#2 DONE 0.1s\n`;
    const { begun, broken, error } = read(`${good}#1 [internal] load
#1 DONE 0.0s
#2 [1/1] RUN a
#2 0.1 no space
#2 ERROR: write /x: no space left on device
error: failed to solve: write /x: no space left on device`);
    expect(begun).toEqual([' 1/1 RUN a', ' 1/1 RUN a']);
    expect(broken).toMatchObject({ step: { text: 'RUN a' }, output: ['no space'] });
    expect(error?.isSure).toBe(true);
  });

  test('of a build that went well has no error', () => {
    expect(read('#1 [1/1] RUN a\n#1 0.1 error: x\n#1 DONE 0.1s')).toMatchObject({
      broken: undefined,
      error: undefined,
    });
  });
});

describe('the output of podman', () => {
  test('tells each step as it begins, and of the one that failed its output', () => {
    const { begun, broken, error } = read(PODMAN);
    expect(begun).toEqual([
      'stage-0 1/3 FROM busybox AS build',
      'stage-0 2/3 ENV A=1',
      'stage-0 3/3 RUN echo "Error: harmless"',
      'stage-1 1/2 FROM busybox',
      'stage-1 2/2 RUN echo one && exit 3',
    ]);
    expect(broken).toMatchObject({ step: { stage: 'stage-1', text: 'RUN echo one && exit 3' } });
    expect(broken?.output[0]).toBe('one');
    expect(error).toEqual({
      text: 'the command did not complete successfully: exit code: 3',
      isSure: true,
    });
  });

  test.each([
    [
      'building at STEP "COPY nothere /e": checking on sources under "/x/ctx": copier: stat: "/nothere": no such file or directory',
      'failed to calculate checksum of ref: "/nothere": not found',
    ],
    ['The target "x" was not found in the provided Dockerfile', 'target stage "x" could not be found'],
    [
      'creating build container: initializing source docker://busyboxx:1: pinging container registry registry.example: Get "https://registry.example/v2/": dial tcp: lookup registry.example: no such host',
      'resolve source metadata for busyboxx:1: pinging container registry registry.example: Get "https://registry.example/v2/": dial tcp: lookup registry.example: no such host',
    ],
    [
      'building at STEP "RNU ": Build error: Unknown instruction: "RNU" &imagebuilder.Step{Env:[]string{"A=1"}}',
      'Build error: Unknown instruction: "RNU"',
    ],
    ['building at STEP "RUN a": something else', 'something else'],
  ])('is told in the words that are explained: %s', (said, text) => {
    expect(read(`STEP 1/1: FROM a\nError: ${said}`)).toMatchObject({
      error: { text },
      broken: { step: { text: 'FROM a' } },
    });
  });

  test('may hold an error that is none: what a step printed is told as not sure', () => {
    expect(read('STEP 1/2: FROM a\nSTEP 2/2: RUN b\nError: c\n--> 1\nSuccessfully tagged x')).toMatchObject({
      error: { text: 'c', isSure: false },
    });
  });
});

test('lines that are no builder’s tell nothing', () => {
  expect(read('* Profile "minikube" not found.\nW1126 build_images.go:1] x\n\n')).toEqual({
    begun: [],
    broken: undefined,
    error: undefined,
  });
});
