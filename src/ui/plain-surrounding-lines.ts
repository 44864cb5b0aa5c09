import { surroundingFailures } from '../diagnosis/failure-list.ts';
import type { SessionEvent } from '../session/events.ts';
import type { Failure } from '../session/failure.ts';
import { failureSubject, failureText } from './failure-text.ts';
import type { PlainLines } from './plain-lines.ts';

/** Facts that Services, ports and nodes are judged by. */
const telling = new Set<SessionEvent['type']>([
  ...(['service.observed', 'service.deleted', 'deploy.succeeded', 'deploy.failed'] as const),
  ...(['workload.observed', 'pod.observed', 'pod.deleted'] as const),
  ...(['node.observed', 'node.deleted', 'port.refused', 'port.answered'] as const),
]);

/** Lines of what is wrong around workloads, once each, and of its end. Remembers what it told. */
export function createPlainSurroundingLines(): PlainLines {
  let told: ReadonlyMap<string, Failure> = new Map();
  return (previous, event, next) => {
    if (previous === next || !telling.has(event.type)) return [];
    const now = new Map(surroundingFailures(next).map((failure) => [idOf(failure), failure]));
    const fresh = [...now].filter(([id]) => !told.has(id)).flatMap(([, failure]) => failureText(failure));
    const over = [...told].filter(([id]) => !now.has(id)).map(([, failure]) => overText(failure));
    told = now;
    return [...over, ...(next.phase === 'stopping' ? [] : fresh)];
  };
}

function idOf({ code, subject }: Failure): string {
  return `${code} ${subject}`;
}

function overText(failure: Failure): string {
  return `${failureSubject(failure)}  ${failure.code === 'NODE_NOT_READY' ? 'ready again' : 'mended'}`;
}
