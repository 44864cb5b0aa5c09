import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { type ComposeProject, readCompose } from '../../src/scaffold/compose/read-compose.ts';
import { projectFiles } from './project-files.ts';

/** Projects with a compose file, each of another shape. */
export const composeFixtures = join(import.meta.dirname, '..', 'fixtures', 'compose');

/** What is read from one of them. Throws when its compose file is broken. */
export function readFixture(name: string): ComposeProject & { readonly project: string } {
  const files = projectFiles(join(composeFixtures, name));
  const file = files.paths.find((path) => /^(docker-)?compose\.ya?ml$/.test(path)) ?? '';
  const env = parseEnv(files.text('.env') ?? '') as Record<string, string>;
  const found = readCompose({
    sources: [{ file, source: files.text(file) ?? '' }],
    project: name,
    env,
    files,
  });
  if (found.failures.length > 0) throw new Error(found.failures.map(({ message }) => message).join('\n'));
  return { ...found, project: name };
}
