import { expect, test } from 'vitest';
import { planBuild } from '../../../src/scaffold/propose/plan-build.ts';
import { surveyOf } from './survey-of.ts';

const SOURCE =
  'FROM node:24 AS dev\nCOPY package.json .\nCMD node a.js\nFROM node:24 AS final\nCOPY . .\nCMD node a.js';

test.each<[string, string | undefined, string]>([
  ['final', 'final', 'skaffold.yaml says final'],
  ['dev', undefined, 'skaffold.yaml says dev, but that stage copies no sources'],
  ['gone', undefined, 'skaffold.yaml says gone, but there is no such stage, so the last one is built'],
])('the target %s of another tool', (target, expected, why) => {
  const survey = surveyOf({ Dockerfile: SOURCE, 'package.json': '{}' });
  const build = { at: 'skaffold.yaml', dockerfile: 'Dockerfile', context: '.', target, args: {} };
  const [found] = survey.dockerfiles;
  const planned = found && planBuild(found, { ...survey, builds: [build] });
  expect(planned?.plan.target).toBe(expected);
  expect(planned?.why).toContain(why);
});
