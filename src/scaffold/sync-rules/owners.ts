import { posix } from 'node:path';
import { expandVariables } from '../../build/expand-variables.ts';
import { argumentText } from '../dockerfile/instruction-text.ts';
import { resolveIn, type Step, type WalkedStage } from '../dockerfile/walk-stage.ts';
import { shellCommands } from '../shell-words.ts';
import type { Copy } from './copies.ts';

export interface Owners {
  /** Whether the program's user may write a file, or into a folder and what is in it. */
  mayWrite(path: string, isFile: boolean): boolean;
}

/** Somebody got something. */
interface Grant {
  readonly path: string;
  readonly owner: string;
  /** `self`: it alone; `below`: what is in it; `all`: both */
  readonly reach: 'self' | 'below' | 'all';
}

const EVERYBODY = '*';
const isRoot = (user: string | undefined): boolean => /^(root|0)?$/.test(user ?? '');

/**
 * Whom the files of a stage belong to, as far as its lines tell: COPY without --chown leaves them to root whatever USER
 * says, WORKDIR makes its folder for the user of that moment (BuildKit's dispatchWorkdir), RUN chown and chmod. Pure.
 */
export function ownersOf(stage: WalkedStage, copies: readonly Copy[]): Owners {
  const user = nameOf(stage.user);
  const grants: Grant[] = [];
  const isThere = (path: string) =>
    grants.some((grant) => grant.path === path || grant.path.startsWith(`${path}/`));
  for (const [index, step] of stage.steps.entries()) {
    const copy = copies.find((candidate) => candidate.index === index);
    if (copy) grants.push(...ofCopy(copy, isThere));
    if (step.instruction.keyword === 'RUN') grants.push(...ofRun(step));
    if (step.instruction.keyword !== 'WORKDIR') continue;
    const path = resolveIn(
      step.workingDir,
      expandVariables(argumentText(step.instruction), step.variables).trim(),
    );
    if (path !== undefined && !isThere(path)) grants.push({ path, owner: nameOf(step.user), reach: 'self' });
  }
  const owns = (path: string, part: 'self' | 'below') => {
    const grant = grants.findLast((candidate) => reaches(candidate, path, part));
    return grant !== undefined && (grant.owner === EVERYBODY || isSame(grant.owner, user));
  };
  return {
    mayWrite: (path, isFile) =>
      isRoot(user) ||
      (isFile
        ? owns(path, 'self') && owns(posix.dirname(path), 'self')
        : owns(path, 'below') && owns(path, 'self')),
  };
}

function ofCopy({ units, owner = 'root', mode = '' }: Copy, isThere: (path: string) => boolean): Grant[] {
  const to = /[2367]$/.test(mode) ? EVERYBODY : owner;
  return units.map((unit) => {
    if (unit.kind === 'file') return { path: unit.to, owner: to, reach: 'self' };
    return { path: unit.to, owner: to, reach: isThere(unit.to) ? 'below' : 'all' };
  });
}

/** `chown -R node:node /app`, `chmod -R 777 .` */
function ofRun({ instruction, variables, workingDir }: Step): Grant[] {
  return shellCommands(argumentText(instruction)).flatMap((words): Grant[] => {
    const [program, ...args] = words.map((word) => expandVariables(word, variables));
    const [what = '', ...paths] = args.filter((arg) => !arg.startsWith('-'));
    if (program !== 'chown' && program !== 'chmod') return [];
    if (program === 'chmod' && !/(^|[0-7])[0-7]{2}[2367]$|[ao].*\+.*w/.test(what)) return [];
    const owner = program === 'chmod' ? EVERYBODY : nameOf(what);
    const reach = args.some((arg) => /^(-\w*R|--recursive)/.test(arg)) ? 'all' : 'self';
    return paths.flatMap((path): Grant[] => {
      const resolved = resolveIn(workingDir, path.replace(/\/\*$/, ''));
      return resolved === undefined ? [] : [{ path: resolved, owner, reach }];
    });
  });
}

function reaches(grant: Grant, path: string, part: 'self' | 'below'): boolean {
  if (grant.path === path) return grant.reach === 'all' || grant.reach === part;
  const prefix = grant.path === '/' ? '/' : `${grant.path}/`;
  return grant.reach !== 'self' && path.startsWith(prefix);
}

const nameOf = (user = ''): string => user.split(':')[0] ?? '';

/** A name and a number can be the same user: who writes both means that. */
function isSame(owner: string, user: string): boolean {
  if (owner === user) return true;
  return /^\d+$/.test(owner) !== /^\d+$/.test(user) && !isRoot(owner) && !isRoot(user);
}
