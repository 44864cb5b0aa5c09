import { join } from 'node:path';
import { expect, test } from 'vitest';
import { proposeProject } from '../../../src/scaffold/propose/propose-project.ts';
import { surveyProject } from '../../../src/scaffold/survey/survey-project.ts';
import { composeFixtures } from '../../support/compose-fixtures.ts';

const propose = async (shape: string) =>
  proposeProject(await surveyProject(join(composeFixtures, shape), new AbortController().signal));

test('what a compose file mounts and shares is read, whatever kind of file it is', async () => {
  const proposal = await propose('python');
  const db = proposal?.files.find(({ path }) => path === 'k8s/db.yaml')?.content;
  expect(db).toContain('create extension if not exists citext;');
  expect(db).toContain('db_password: |\n    hush\n');
  expect(proposal?.leftOut.join('\n')).not.toContain('what is in it is not here');
});

test('a rule of develop.watch that restarts its program says so in rockpool.yaml', async () => {
  const proposal = await propose('watch');
  expect(proposal?.yaml).toContain('{ from: web/settings.json, to: /app/settings.json, restart: true }');
});
