import { posix } from 'node:path';
import { stagesFor } from '../../build/dockerfile.ts';
import type { FoundDockerfile, Survey } from '../survey/survey.ts';
import { proposeSync } from '../sync-rules/propose-sync.ts';
import { chooseContext } from './choose-context.ts';
import { chooseTarget, copiesSources } from './choose-target.ts';
import type { PlannedImage } from './config-text.ts';
import { filesIn } from './files-in.ts';

export interface PlannedBuild {
  readonly plan: Pick<PlannedImage, 'context' | 'target' | 'args' | 'sync'>;
  readonly why: readonly string[];
}

/** How a Dockerfile is built: context, target and arguments as somebody wrote them down, else as it shows; and what is synced. Pure. */
export function planBuild(found: FoundDockerfile, survey: Survey): PlannedBuild {
  const { context, why, missing, args, notes } = contextOf(found, survey);
  const target = targetOf(found, survey);
  const named = target.target === undefined ? {} : { target: target.target };
  const sync = proposeSync({
    ...{ source: found.source, file: found.path, args, files: filesIn(context, survey) },
    ...named,
    ...ignoreOf(found.path, context, survey),
  });
  return {
    plan: {
      ...{ context, args },
      ...named,
      sync: sync.rules,
    },
    why: [
      ...[why, target.why].flatMap((words) => words ?? []),
      ...notes,
      ...missing.map((path) => `${path} is not there: make it before the build`),
      ...sync.rules.map(({ from, reason }) => `${from} is synced: ${reason}`),
      ...(sync.rules.length === 0 ? sync.leftOut.map((words) => words.replace(`${found.path}: `, '')) : []),
    ],
  };
}

/** A stage that counts on sources being mounted into it, as a compose file may do, runs nothing in a cluster. */
function targetOf({ path, parsed }: FoundDockerfile, survey: Survey): { target?: string; why?: string } {
  const written = survey.builds.find(({ dockerfile, target }) => dockerfile === path && target !== undefined);
  if (written?.target === undefined) return chooseTarget(parsed);
  const { at, target } = written;
  const stages = stagesFor(parsed, target);
  if (!stages) return { why: `${at} says ${target}, but there is no such stage, so the last one is built` };
  if (copiesSources(stages)) return { target, why: `${at} says ${target}` };
  return { why: `${at} says ${target}, but that stage copies no sources` };
}

interface BuildContext {
  readonly context: string;
  readonly why?: string | undefined;
  readonly missing: readonly string[];
  readonly args: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

function contextOf(found: FoundDockerfile, survey: Survey): BuildContext {
  const written = survey.builds.find(({ dockerfile }) => dockerfile === found.path);
  if (written) {
    const { context, args, at, notes = [] } = written;
    const isUsual = context === posix.dirname(found.path);
    return {
      context,
      args,
      notes,
      missing: [],
      ...(isUsual ? {} : { why: `built in ${context}, as ${at} says` }),
    };
  }
  const { context, why, missing } = chooseContext(found, survey.paths);
  return {
    context,
    missing,
    args: {},
    notes: [],
    why: why === undefined ? undefined : `built in ${context}, since ${why}`,
  };
}

/** The file of that name beside the Dockerfile, else the context's. */
function ignoreOf(dockerfile: string, context: string, { texts }: Survey): { ignore?: string } {
  const ignore = texts.get(`${dockerfile}.dockerignore`) ?? texts.get(posix.join(context, '.dockerignore'));
  return ignore === undefined ? {} : { ignore };
}
