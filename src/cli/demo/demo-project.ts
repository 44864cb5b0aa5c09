import { join } from 'node:path';
import { chooseAnswers } from '../../scaffold/new/choose-answers.ts';
import { makeProject } from '../../scaffold/new/make-project.ts';
import { findPlace } from '../../scaffold/new/project-place.ts';
import { builtInTemplates } from '../../scaffold/template/built-in-templates.ts';
import { findTemplate } from '../../scaffold/template/find-template.ts';
import { readTemplate } from '../../scaffold/template/read-template.ts';
import { freePort } from './free-port.ts';

export interface DemoProject {
  /** absolute */
  readonly root: string;
  /** that the session forwards to the web service */
  readonly port: number;
}

/** The name of the project, its image and its workload. */
export const DEMO_NAME = 'hello';

/** Makes the project of the demo in a folder, as `rockpool new node` does. Rejects as that does. */
export async function makeDemoProject(folder: string, signal: AbortSignal): Promise<DemoProject> {
  const named = await findTemplate('node', { cwd: folder, builtIn: await builtInTemplates() });
  const template = await readTemplate(named, signal);
  const port = await freePort(8080);
  const flags = new Map([['port', String(port)]]);
  const values = await chooseAnswers(template, { flags, name: DEMO_NAME }, signal);
  const place = await findPlace(folder, DEMO_NAME);
  await makeProject({ template, values, place, git: false, env: process.env }, signal);
  return { root: join(folder, DEMO_NAME), port };
}
