import { basename } from 'node:path';
import { type Failure, RockpoolError } from '../../session/failure.ts';
import { isTemplate } from './built-in-templates.ts';
import { findMisfits } from './find-misfits.ts';
import { readTemplateHead } from './read-template-head.ts';
import type { Template, TemplatePlace } from './template.ts';
import { readTemplateFiles } from './template-files.ts';
import { templateProblem } from './template-problem.ts';

/**
 * Reads a whole template into memory and checks it; nothing of it is run. Rejects with a RockpoolError of exit code 2 that
 * holds every problem (TEMPLATE_INVALID, those of template.yaml with their places), or with the signal's reason.
 */
export async function readTemplate(place: TemplatePlace, signal: AbortSignal): Promise<Template> {
  signal.throwIfAborted();
  const { head, tree, problems } = await readTemplateHead(place);
  // A folder that is no template was named by mistake: what is in it is nobody's concern.
  if (!(await isTemplate(place.folder)))
    refuse(problems.map((each) => templateProblem(place.name, each.message)));
  const { files, problems: wrong } = await readTemplateFiles(place.folder, head?.leave ?? [], signal);
  const unfit = head && tree ? findMisfits(head.answers, files, tree) : [];
  const all = [
    ...problems.map(({ message, at, hint }) => templateProblem(place.name, message, at, hint)),
    ...unfit.map(({ message, at }) => templateProblem(place.name, message, at)),
    ...wrong.map(({ path, words }) =>
      templateProblem(place.name, `${[place.shown, path].filter(Boolean).join('/')} ${words}`),
    ),
  ];
  refuse(all.sort(byPlace));
  if (!head) throw new Error('a template without a head has problems');
  return { ...head, name: place.name, title: basename(place.folder), files };
}

/** Those of template.yaml from top to bottom, then those of files. */
function byPlace({ at: a }: Failure, { at: b }: Failure): number {
  const line = (at: Failure['at']): number => at?.line ?? Number.MAX_SAFE_INTEGER;
  return line(a) - line(b) || (a?.column ?? 0) - (b?.column ?? 0);
}

/** Many problems have one reason: the first ones do. */
function refuse(problems: readonly Failure[]): void {
  if (problems.length === 0) return;
  const shown = problems.slice(0, MAX_TOLD);
  const rest = problems.length - shown.length;
  const more = templateProblem('', `${rest} further problems of the template are not shown`);
  throw new RockpoolError(rest > 0 ? [...shown, { ...more, subject: shown[0]?.subject ?? '' }] : shown, {
    exitCode: 2,
  });
}

const MAX_TOLD = 50;
