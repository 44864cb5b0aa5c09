import { visibleText } from '../template/visible-text.ts';
import { findRepository } from './find-repository.ts';
import type { ProjectPlace } from './project-place.ts';

export interface RepositoryPlan {
  readonly isMade: boolean;
  /** why none is made though nobody said so, in words */
  readonly reason?: string;
}

/**
 * Whether a project gets a git repository of its own: not inside another one, unless it is asked for, and never over one
 * that is there. @param wanted --git, --no-git or neither
 */
export async function planRepository(place: ProjectPlace, wanted?: boolean): Promise<RepositoryPlan> {
  if (wanted === false) return { isMade: false };
  const around = await findRepository(place.base);
  if (around === undefined) return { isMade: true };
  if (around === place.folder) {
    return { isMade: false, reason: 'It is a git repository already: nothing was committed.' };
  }
  if (wanted) return { isMade: true };
  const reason = `${visibleText(around)} is a git repository: no other was made inside it (--git makes one).`;
  return { isMade: false, reason };
}
