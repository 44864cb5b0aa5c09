import type { Answers, Proposal } from '../scaffold/proposal.ts';
import type { Survey } from '../scaffold/survey/survey.ts';

/** Says on stderr what was found, and why the proposal is as it is. */
export function printReasons(survey: Survey, { reasons, files }: Proposal): void {
  console.error(`found ${foundWords(survey)}`);
  for (const { what, why } of reasons) {
    console.error(`  ${what}`);
    for (const words of why) console.error(`    ${words}`);
  }
  for (const { path, reason } of files) console.error(`  new file ${path}: ${reason}`);
}

/** Says which questions took their defaults, and how to answer otherwise. */
export function printAnswers({ questions }: Proposal, given: Answers): void {
  for (const { id, ask, answer, why, choices } of questions) {
    if (given[id] !== undefined) continue;
    const others = choices.filter(({ value }) => value !== answer).map(({ value }) => value);
    console.error(`${ask} Taken: ${answer}, since ${why}.`);
    console.error(
      `  otherwise: --answer ${quote(`${id}=${others[0] ?? ''}`)}${others.length > 1 ? ` (or ${others.slice(1).join(', ')})` : ''}`,
    );
  }
}

export function printLeftOut({ leftOut }: Proposal): void {
  if (leftOut.length === 0) return;
  console.error('left out:');
  for (const words of leftOut) console.error(`  ${words}`);
}

/** The files on stdout; several ones each behind a line with its name. */
export function printFiles({ yaml, files }: Proposal): void {
  const all = [{ path: 'rockpool.yaml', content: yaml }, ...files];
  for (const { path, content } of all) {
    process.stdout.write(all.length === 1 ? content : `# --- ${path}\n${content}`);
  }
}

function foundWords({ dockerfiles, manifests, charts, kustomizations, compose }: Survey): string {
  const counts = [
    count(dockerfiles.length, 'Dockerfile'),
    count(manifests.length, 'file of manifests', 'files of manifests'),
    count(kustomizations.length, 'kustomization'),
    count(charts.length, 'chart'),
    count(compose.length, 'compose file'),
  ];
  return counts.filter((words) => words !== '').join(', ') || 'nothing';
}

function count(number: number, one: string, many = `${one}s`): string {
  if (number === 0) return '';
  return `${number} ${number === 1 ? one : many}`;
}

/** As a shell takes it. Pure. */
export const quote = (text: string): string =>
  /^[\w=:./@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
