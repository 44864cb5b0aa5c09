import { RockpoolError } from '../../session/failure.ts';
import type { TemplateAnswer } from '../template/template.ts';

/** The port of this machine that an answer gets. */
export interface ChosenPort {
  /** of the answer */
  readonly name: string;
  readonly port: string;
  /** the default, when something else has it */
  readonly instead?: string;
}

/**
 * A port of this machine for each of these answers: what its flag says, else its default, else the next one that is free. Answers
 * without either are left out. Rejects with a RockpoolError of code ANSWER_INVALID and exit code 2 when two flags name one port.
 */
export async function choosePorts(
  answers: readonly TemplateAnswer[],
  flags: ReadonlyMap<string, string>,
  isFree: (port: number) => Promise<boolean>,
): Promise<readonly ChosenPort[]> {
  refuseShared(answers, flags);
  const chosen: ChosenPort[] = [];
  for (const { name, default: preset } of answers) {
    const given = flags.get(name);
    const others = answers.filter((other) => other.name !== name);
    const used = new Set([
      ...others.flatMap((other) => flags.get(other.name) ?? []),
      ...chosen.map(({ port }) => port),
    ]);
    // What another answer would take by default is not the next one.
    const wanted = new Set([
      ...used,
      ...others.flatMap((other) => (flags.has(other.name) ? [] : (other.default ?? []))),
    ]);
    if (given !== undefined) chosen.push({ name, port: given });
    else if (preset !== undefined) {
      const isOpen = !used.has(preset) && (await isFree(Number(preset)));
      const port = isOpen ? preset : await nextFree(Number(preset), wanted, isFree);
      chosen.push({ name, port, ...(port === preset ? {} : { instead: preset }) });
    }
  }
  return chosen;
}

function refuseShared(answers: readonly TemplateAnswer[], flags: ReadonlyMap<string, string>): void {
  const given = answers.filter(({ name }) => flags.has(name));
  for (const { name } of given) {
    const same = given.find((other) => other.name !== name && flags.get(other.name) === flags.get(name));
    if (!same) continue;
    const message = `--${name} and --${same.name} are both ${flags.get(name)}: a port of this machine can be had once.`;
    const hint = `Give one of them another port, or leave it out: then it gets a free one.`;
    throw new RockpoolError(
      { code: 'ANSWER_INVALID', subject: `answer/${same.name}`, message, hint },
      { exitCode: 2 },
    );
  }
}

/** Further away nobody would look for it. */
const LOOKS = 100;

async function nextFree(
  from: number,
  taken: ReadonlySet<string>,
  isFree: (port: number) => Promise<boolean>,
): Promise<string> {
  for (let port = from + 1; port <= Math.min(from + LOOKS, 65_535); port++) {
    if (!taken.has(String(port)) && (await isFree(port))) return String(port);
  }
  return String(from);
}
