import type { Failure } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import type { Owner } from './ownership.ts';

/** An object of the manifests that is there already and is not the project's. */
export interface ForeignObject {
  readonly key: ResourceKey;
  readonly owner: Extract<Owner, { kind: 'app' | 'others' }>;
}

/** Thrown instead of touching what is not the project's. */
export class NotOursError extends Error {
  readonly owner: ForeignObject['owner'];

  constructor(owner: ForeignObject['owner']) {
    super(`made by ${owner.maker}`);
    this.owner = owner;
  }
}

/**
 * At most one failure for what others made, and one for what is another rockpool project's. Pure.
 * @param command with which they would be taken over
 */
export function notOursFailures(
  objects: readonly ForeignObject[],
  command = 'rockpool up --adopt',
): readonly Failure[] {
  const others = objects.filter(({ owner }) => owner.kind === 'others');
  const apps = objects.filter(({ owner }) => owner.kind === 'app');
  return [
    ...(others.length === 0
      ? []
      : [
          {
            code: 'NOT_OURS',
            subject: 'manifests',
            message: `${howMany(others)} in the cluster and made by others: ${inWords(others)}`,
            hint: 'with --adopt rockpool takes them over, and `rockpool down` gives them back as they were',
            command,
          },
        ]),
    ...(apps.length === 0
      ? []
      : [
          {
            code: 'NOT_OURS',
            subject: 'manifests',
            message: `${howMany(apps)} in the cluster and another project's: ${inWords(apps)}`,
            hint: 'use another namespace or other names; if the project had that name before, run `rockpool down` under it first',
          },
        ]),
  ];
}

/** `Deployment web (kubectl apply), Service web (helm release db)`, ten at most. Pure. */
export function inWords(objects: readonly ForeignObject[]): string {
  const named = objects.map(({ key, owner }) => `${nameOf(key)} (${owner.maker})`);
  const shown = named.slice(0, 10).join(', ');
  return named.length > 10 ? `${shown} and ${named.length - 10} more` : shown;
}

function howMany(objects: readonly ForeignObject[]): string {
  return objects.length === 1
    ? 'an object of the manifests is already'
    : `${objects.length} objects of the manifests are already`;
}

function nameOf(key: ResourceKey): string {
  const [kind = '', , ...name] = key.split('/');
  return `${kind} ${name.join('/')}`;
}
