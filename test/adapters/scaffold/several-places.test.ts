import { expect, it } from 'vitest';
import { proposed, workload } from './proposed.ts';

const steps = ['0-base', '1-measured', '3-recommended'];
const files = Object.fromEntries(
  steps.flatMap((step) => [
    [`${step}/Dockerfile`, 'FROM node:24-slim\nCOPY . .\nCMD ["node", "index.js"]\n'],
    [`${step}/index.js`, ''],
    [`${step}/Tiltfile`, "docker_build('example-web', '.')\nk8s_yaml('kubernetes.yaml')\n"],
    [`${step}/kubernetes.yaml`, workload('web', 'example-web', 80)],
  ]),
);

it.each(['0-base', '3-recommended'])(
  'the Dockerfile beside the manifests in %s goes with them',
  async (step) => {
    const { config, questions } = await proposed(files, { manifests: step });
    expect(config).toMatchObject({ manifests: [`${step}/*.yaml`], images: [{ context: step }] });
    const asked = questions.find(({ id }) => id === 'image:example-web');
    expect(asked).toMatchObject({ answer: `${step}/Dockerfile`, why: 'it lies beside the manifests' });
  },
);

it.each([
  ['a', 'b', 'it is the first of them'],
  ['k8s', 'stuff', 'its folder is called as is usual for manifests'],
  ['local', 'stuff', 'it is nearest to development'],
  ['.', 'stuff', 'it is nearest to the top'],
])('says truly why %s is taken before %s', async (taken, other, why) => {
  const { questions } = await proposed({
    [`${taken}/web.yaml`]: workload('web', 'acme/web'),
    [`${other}/web.yaml`]: workload('web', 'acme/web'),
  });
  expect(questions.find(({ id }) => id === 'manifests')).toMatchObject({ answer: taken, why });
});
