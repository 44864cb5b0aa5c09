import { join } from 'node:path';
import type { ConfigTree } from '../../config/config-tree.ts';
import { readConfigTree } from '../../config/config-tree.ts';
import { describeIssues } from '../../config/describe-issues.ts';
import { toValue } from '../../config/located-tree.ts';
import { rootProblems } from '../../config/root-problems.ts';
import type { Failure } from '../../session/failure.ts';
import { checkAnswers } from './check-answers.ts';
import { readPlainFile } from './read-plain-file.ts';
import type { TemplateHead, TemplatePlace } from './template.ts';
import { templateJsonSchema } from './template-json-schema.ts';
import { templateProblem } from './template-problem.ts';
import { type TemplateYaml, templateSchema } from './template-schema.ts';

/** The file that makes a folder a template. */
export const TEMPLATE_FILE = 'template.yaml';

/** More than any question needs. */
const MAX_BYTES = 64_000;

export interface ReadHead {
  /** undefined when its shape is wrong */
  readonly head?: TemplateHead;
  /** for the places of what is found later */
  readonly tree?: ConfigTree;
  /** all of them, of code TEMPLATE_INVALID where they are ready to be shown; else of the configuration's */
  readonly problems: readonly Failure[];
}

/** Reads template.yaml. Never rejects. */
export async function readTemplateHead({ folder, name, shown }: TemplatePlace): Promise<ReadHead> {
  const file = await readPlainFile(join(folder, TEMPLATE_FILE), MAX_BYTES);
  const problem = (message: string) => ({ problems: [templateProblem(name, message)] });
  if ('problem' in file) return problem(`${shown}/${TEMPLATE_FILE} ${file.problem}`);
  const source = textOf(file.content);
  if (source === undefined) return problem(`${shown}/${TEMPLATE_FILE} is not UTF-8 text`);
  const tree = readConfigTree(source, `${shown}/${TEMPLATE_FILE}`);
  const broken = tree.problems.length > 0 ? tree.problems : rootProblems(tree);
  if (broken.length > 0) return { problems: broken };
  const parsed = templateSchema.safeParse(toValue(tree.root));
  if (!parsed.success) return { problems: describeIssues(parsed.error.issues, tree, templateJsonSchema()) };
  const problems = checkAnswers(parsed.data, tree);
  return { head: headOf(parsed.data), tree, problems };
}

/** Bytes as text; undefined when they are not UTF-8. A byte order mark stays. */
export function textOf(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

function headOf({ description, answers, leave, next }: TemplateYaml): TemplateHead {
  const all = answers.map(({ choices = [], default: preset, ...answer }) => ({
    ...answer,
    choices,
    ...(preset === undefined ? {} : { default: preset }),
  }));
  return { description, answers: all, leave, next };
}
