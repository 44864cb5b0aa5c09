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
  /** of the project, its namespace, its image and its workload */
  readonly name: string;
  /** that the session forwards to the web service */
  readonly port: number;
}

/** Makes the project of the demo in a folder, as `rockpool new node` does. Rejects as that does. */
export async function makeDemoProject(
  folder: string,
  name: string,
  signal: AbortSignal,
): Promise<DemoProject> {
  const named = await findTemplate('node', { cwd: folder, builtIn: await builtInTemplates() });
  const template = await readTemplate(named, signal);
  const port = await freePort(8080);
  const flags = new Map([['port', String(port)]]);
  const values = await chooseAnswers(template, { flags, name }, signal);
  const place = await findPlace(folder, name);
  await makeProject({ template, values, place, git: false, env: process.env }, signal);
  return { root: join(folder, name), name, port };
}
