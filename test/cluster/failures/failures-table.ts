import { cases, type FailureCase } from './cases.ts';
import { forbidden } from './forbidden.ts';

const START = '<!-- from test/cluster/failures: npm run generate -->';
const END = '<!-- end -->';

/** docs/failures.md with the table of what the test on the real cluster makes and expects. */
export function withFailuresTable(page: string): string {
  const [before = '', rest = ''] = page.split(START);
  const [, after = ''] = rest.split(END);
  return `${before}${START}\n${failuresTable()}${END}${after}`;
}

function failuresTable(): string {
  const rows = [...cases, forbidden].map(row);
  return [
    '| how it is made | code | what the user reads, and the line it names |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function row({
  how,
  code,
  reads,
  ...rest
}: Pick<FailureCase, 'how' | 'code' | 'reads'> & Partial<FailureCase>): string {
  const line = rest.manifest?.split('\n').find((one) => one.includes('# here'));
  const written =
    line === undefined ? '' : ` At \`${line.replace('# here', '').trim().replace(/^- /, '')}\`.`;
  const cells = [how, `\`${code}\``, `${reads.replaceAll('<', '&lt;')}${written}`];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
