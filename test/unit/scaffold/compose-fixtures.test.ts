import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { writeManifests } from '../../../src/scaffold/manifests/write-manifests.ts';
import { composeFixtures, readFixture } from '../../support/compose-fixtures.ts';

test.each(readdirSync(composeFixtures))('%s becomes what stands beside it', async (name) => {
  const { project, images, forwards, sketches, leftOut } = readFixture(name);
  const rockpool = {
    images: images.map(({ sync, ...image }) => ({ ...image, ...(sync.length > 0 ? { sync } : {}) })),
    forwards,
  };
  const files = writeManifests(project, sketches);
  const text = [
    ...leftOut.map((line) => `# ${line}\n`),
    stringify(rockpool, { lineWidth: 0 }),
    ...files.map(({ path, reason, content }) => `# ${path}: ${reason}\n${content}`),
  ];
  await expect(text.join('---\n').replaceAll(/\n---\n# /g, '\n# ')).toMatchFileSnapshot(
    join(composeFixtures, '..', 'compose-expected', `${name}.yaml`),
  );
});
