import { basename } from 'node:path';
import { answerProblem } from '../template/answer-value.ts';

/** A project's name from its folder's, valid as an answer of type `name`: `My Café 2` becomes `my-cafe-2`. Pure. */
export function projectName(folder: string): string {
  const plain = basename(folder)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '');
  const started = /^[a-z]/.test(plain) ? plain : `app-${plain}`;
  const name = started.slice(0, MAX_LENGTH).replace(/-+$/, '');
  return answerProblem({ type: 'name', choices: [] }, name) ? `${name}-app` : name;
}

/** With room for what makes a word of YAML a name. */
const MAX_LENGTH = 36;
