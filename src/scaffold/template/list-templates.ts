import { RockpoolError } from '../../session/failure.ts';
import { readTemplateHead } from './read-template-head.ts';
import type { TemplateHead, TemplatePlace } from './template.ts';
import { templateProblem } from './template-problem.ts';

export interface ListedTemplate extends TemplateHead {
  readonly name: string;
}

/** What each template says of itself; its files are not looked at. Rejects as `readTemplate` does. */
export async function listTemplates(places: readonly TemplatePlace[]): Promise<readonly ListedTemplate[]> {
  const read = await Promise.all(
    places.map(async (place) => ({ place, ...(await readTemplateHead(place)) })),
  );
  const problems = read.flatMap(({ place, problems }) =>
    problems.map(({ message, at, hint }) => templateProblem(place.name, message, at, hint)),
  );
  if (problems.length > 0) throw new RockpoolError(problems, { exitCode: 2 });
  return read.flatMap(({ place, head }) => (head ? [{ name: place.name, ...head }] : []));
}
