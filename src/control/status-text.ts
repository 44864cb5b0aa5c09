import type { Failure } from '../session/failure.ts';
import { failureText } from '../ui/failure-text.ts';
import type { Status } from './status-schema.ts';

/** A status as people read it. Pure. */
export function statusText(status: Status): string {
  const { app, namespace, context, images, workloads, forwards, holds, failures } = status;
  return [
    `${app} in namespace ${namespace} of ${context}: ${howItIs(status)}`,
    ...section('images', images.map(imageText)),
    ...section('workloads', workloads.map(workloadText)),
    ...section(
      'forwards',
      forwards.map(({ id, address, failure }) => `${id}  ${address ?? failure?.message ?? 'not open yet'}`),
    ),
    ...section(
      'waiting',
      holds.map(({ what, reason }) => `${what}  ${reason}`),
    ),
    ...section('failures', failures.flatMap(failureLines)),
  ].join('\n');
}

function howItIs({ phase, paused, superseded, failures }: Status): string {
  if (superseded !== undefined) return `taken over by ${superseded}`;
  const problems = failures.length === 0 ? '' : `, ${failures.length} failing`;
  return `${paused ? 'paused' : phase}${problems}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

function imageText({ name, generation, live, state }: Status['images'][number]): string {
  const serving = live.length === 0 ? '' : `, ${live.join(', ')} live`;
  return state === 'live' ? `${name}  ${generation} live` : `${name}  ${generation} ${state}${serving}`;
}

function workloadText({ name, state, desired, ready }: Status['workloads'][number]): string {
  return desired === 0 ? `${name}  ${state}` : `${name}  ${state}  ${ready}/${desired}`;
}

/** What is wrong, where, the last lines that matter, what to do. */
function failureLines(failure: Failure): string[] {
  const { code, subject } = failure;
  const message = failure.message.replaceAll('\n', ' ');
  return [`${code} ${subject}: ${message}`, ...failureText({ ...failure, message }).slice(1)];
}
