import type { SyncProposal } from '../sync-rules/propose-sync.ts';

/** What is right for one of the services that run an image. */
export interface ServiceSync extends SyncProposal {
  readonly service: string;
}

/**
 * Why an image has no sync rules, or not those that are right for some of its services: each pod of it would get the
 * files, also those that go on with old code. Pure.
 * @param kept the rules that are right for all
 * @param file the Dockerfile, which needs no mention
 */
export function whyNotSynced(
  all: readonly ServiceSync[],
  kept: SyncProposal['rules'],
  file: string,
): readonly string[] {
  if (kept.length > 0) return lostRules(all, kept);
  const lacking = all.filter(({ rules }) => rules.length === 0);
  if (all.length > 1 && lacking.length === 0)
    return [`nothing is synced, since ${namesOf(all)} differ in it`];
  const isSame = new Set(lacking.map(({ leftOut }) => leftOut.join('\n'))).size === 1;
  const told = isSame && lacking.length === all.length ? lacking.slice(0, 1) : lacking;
  const who = (service: string) => {
    if (told.length === 1 && lacking.length === all.length) return '';
    return lacking.length < all.length ? `${service} runs it, too: ` : `${service}: `;
  };
  return told.flatMap(({ service, leftOut }) =>
    wordsOf(leftOut, lacking.length < all.length).map(
      (words) => `${who(service)}${words.replace(`${file}: `, '')}`,
    ),
  );
}

function lostRules(all: readonly ServiceSync[], kept: SyncProposal['rules']): readonly string[] {
  const isKept = (from: string) => kept.some((rule) => rule.from === from);
  const lost = new Set(all.flatMap(({ rules }) => rules.flatMap(({ from }) => (isKept(from) ? [] : [from]))));
  return [...lost].map((from) => `${from} is not synced, since it is not right for all of ${namesOf(all)}`);
}

const wordsOf = (leftOut: readonly string[], isNeeded: boolean): readonly string[] =>
  leftOut.length === 0 && isNeeded ? ['nothing is synced, since it notices no changed file'] : leftOut;

const namesOf = (all: readonly ServiceSync[]): string => all.map(({ service }) => service).join(', ');
