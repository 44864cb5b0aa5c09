import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WaitResult } from '../../control/protocol.ts';
import { type Failure, formatPlace, RockpoolError } from '../../session/failure.ts';
import { formatTook } from '../../ui/duration.ts';
import type { Guided } from '../guide.ts';
import { askUntil } from './ask-service.ts';
import type { DemoProject } from './demo-project.ts';
import type { Narrator } from './narrator.ts';

export interface ShowLoopOptions {
  readonly project: DemoProject;
  readonly narrator: Narrator;
  /** ms between two steps, for people who read along */
  readonly pause: number;
}

/** ms that each step took */
export interface Shown {
  /** since this program began */
  readonly live: number;
  readonly edit: number;
  readonly told: number;
  readonly repair: number;
}

/** ms that a step may take: an image may have to be fetched first */
const PATIENCE = 120_000;

/**
 * Works on the project as a person would, and says what happens: it comes up, an edit, a mistake, its repair. Rejects with
 * a RockpoolError of code DEMO_FAILED that says which step did not do what it should, or as the session when that ends.
 */
export async function showLoop(
  { project, pause, narrator }: ShowLoopOptions,
  guided: Guided,
): Promise<Shown> {
  const url = `http://localhost:${project.port}/`;
  const step = { project, url, guided, narrator };
  const rest = () => sleep(pause, undefined, { signal: guided.signal });
  narrator.step(
    1,
    `A web service in ${project.root}, made from the template "node". Its image is built now, its manifests are applied, a local port is forwarded, its logs are followed.`,
  );
  const live = await comesUp(step);
  await rest();
  const edit = await showEdit(step);
  await rest();
  const told = await showMistake(step);
  await rest();
  const repair = await showRepair(step);
  return { live, edit, told, repair };
}

interface Step {
  readonly project: DemoProject;
  readonly url: string;
  readonly guided: Guided;
  readonly narrator: Narrator;
}

async function comesUp({ url, guided, narrator }: Step): Promise<number> {
  await untilCurrent(guided, 'the project comes up');
  const answer = await answers(url, /^Hello from Node$/, guided, 'the project comes up');
  const took = performance.now();
  narrator.result(`Live ${formatTook(took)} after the start: ${url} answers "${answer}".`);
  return took;
}

async function showEdit(step: Step): Promise<number> {
  const { url, guided, narrator } = step;
  const what = 'an edit goes live';
  narrator.step(2, 'An edit: in src/app.ts the greeting gets four words more. Saved.');
  const before = built(step);
  const saved = await edit(
    step,
    'src/app.ts',
    '{settings.greeting}',
    '{settings.greeting}, edited while it runs',
  );
  await untilCurrent(guided, what);
  const answer = await answers(url, /edited while it runs$/, guided, what);
  const took = performance.now() - saved;
  const how = built(step) === before ? 'in the same pod, without a build' : 'in a new image';
  narrator.result(`Live ${formatTook(took)} after the save, ${how}: the same address answers "${answer}".`);
  return took;
}

async function showMistake(step: Step): Promise<number> {
  const { url, guided, narrator } = step;
  const what = 'a mistake is told';
  narrator.step(3, 'A mistake: a comma too many in package.json, which goes into the image. Saved.');
  const saved = await edit(step, 'package.json', '"private": true,', '"private": true,,');
  const { outcome, failures } = await guided.wait(PATIENCE);
  const took = performance.now() - saved;
  const [failure] = failures;
  if (outcome !== 'failed' || !failure) throw wrong(what, 'rockpool did not notice it.');
  const answer = await answers(url, /edited while it runs$/, guided, what);
  narrator.result(`Told ${formatTook(took)} after the save: ${inWords(failure)}`);
  narrator.result(`The version before serves on: "${answer}".`);
  return took;
}

async function showRepair(step: Step): Promise<number> {
  const { url, guided, narrator } = step;
  const what = 'a repair goes live';
  narrator.step(4, 'The repair: the comma goes, and the version becomes 0.2.0. Saved.');
  const mended = '"version": "0.2.0",\n  "private": true,';
  const saved = await edit(step, 'package.json', '"version": "0.1.0",\n  "private": true,,', mended);
  await untilCurrent(guided, what);
  await answers(`${url}info`, /"version":"0\.2\.0"/, guided, what);
  const took = performance.now() - saved;
  narrator.result(`Live ${formatTook(took)} after the save, in a new pod: ${url}info answers version 0.2.0.`);
  return took;
}

async function untilCurrent(guided: Guided, what: string): Promise<void> {
  const result = await guided.wait(PATIENCE);
  if (result.outcome !== 'current') throw wrong(what, reasonOf(result), result.failures);
}

function reasonOf({ outcome, waitingFor }: WaitResult): string {
  if (outcome === 'failed') return 'rockpool says:';
  return `after ${PATIENCE / 1000} s it still waits for ${waitingFor.join(', ')}.`;
}

/** The answer of the service once it is the wanted one. */
async function answers(url: string, wanted: RegExp, { signal }: Guided, what: string): Promise<string> {
  const answer = await askUntil(url, (text) => wanted.test(text), { within: PATIENCE / 4, signal });
  if (wanted.test(answer)) return answer;
  throw wrong(what, `${url} answers "${answer}".`);
}

/**
 * Changes a file as an editor does, and waits until the session has noticed it by itself: whoever asks it sooner makes it look.
 * @returns when it was saved, in ms of performance.now()
 */
async function edit({ project, guided }: Step, file: string, from: string, to: string): Promise<number> {
  const path = join(project.root, file);
  const content = await readFile(path, 'utf8');
  if (!content.includes(from)) throw wrong(`${file} is changed`, `It has no ${from} any more.`);
  const { noticed, forget } = nextSave(guided);
  const saved = performance.now();
  await writeFile(
    path,
    content.replace(from, () => to),
  );
  await Promise.race([noticed, sleep(UNNOTICED, undefined, { signal: guided.signal })]).finally(forget);
  return saved;
}

/** ms after which a save counts as unnoticed */
const UNNOTICED = 5000;

function nextSave({ session }: Guided): { readonly noticed: Promise<void>; forget(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const forget = session.subscribe((event) => event.type === 'files.changed' && resolve());
  return { noticed: promise, forget };
}

/** The newest generation of the image that was built. */
function built({ project, guided }: Step): number {
  return guided.session.state().images[project.name]?.built?.generation ?? 0;
}

function inWords({ message, at }: Failure): string {
  return at ? `${formatPlace(at)}: ${message}` : message;
}

function wrong(step: string, why: string, causes: readonly Failure[] = []): RockpoolError {
  const message = `The demo ended at "${step}": ${why}`;
  const hint = 'Its project is deleted. `rockpool doctor` says what of this machine is missing.';
  return new RockpoolError([{ code: 'DEMO_FAILED', subject: 'demo', message, hint }, ...causes]);
}
