import { z } from 'zod';
import { readConfigTree } from '../../config/config-tree.ts';
import { toValue } from '../../config/located-tree.ts';
import { inPatterns } from '../template/fill-template.ts';
import { textOf } from '../template/read-template-head.ts';
import type { Template, TemplateAnswer } from '../template/template.ts';

/** The answers of a template that become ports of this machine: those of forwards in its rockpool.yaml. Pure. */
export function localPorts({
  answers,
  files,
}: Pick<Template, 'answers' | 'files'>): readonly TemplateAnswer[] {
  const file = files.find(({ path }) => path === 'rockpool.yaml');
  const text = file && textOf(file.content);
  if (file === undefined || text === undefined) return [];
  const tree = readConfigTree(text, file.path);
  const parsed = tree.problems.length > 0 ? undefined : forwardsSchema.safeParse(toValue(tree.root));
  const locals = new Set((parsed?.data?.forwards ?? []).map(({ local, port }) => String(local ?? port)));
  return answers.filter(
    (answer) => answer.type === 'port' && locals.has(answer.replaces) && inPatterns(answer)(file.source),
  );
}

/** As much of rockpool.yaml as tells ports: whether the rest is right is checked when the project is made. */
const forwardsSchema = z.object({
  forwards: z.array(z.object({ local: z.unknown().optional(), port: z.unknown().optional() })).default([]),
});
