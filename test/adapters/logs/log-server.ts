import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { openPodLog } from '../../../src/kube/pod-log-stream.ts';
import type { UnnumberedLine } from '../../../src/logs/log-line.ts';
import type { OpenLog } from '../../../src/logs/read-instance.ts';
import type { ContainerObserved } from '../../../src/session/observed.ts';
import type { Clock } from '../../../src/session/ports.ts';
import type { LogTarget } from '../../../src/session/state.ts';
import { clientOf, startApiServer } from '../kube/api-server.ts';

/** Answers log requests, each by the next of the answers; the last one answers all that follow. */
export async function logServer(
  ...answers: readonly Answer[]
): Promise<{ open: OpenLog; asked: URLSearchParams[] }> {
  const asked: URLSearchParams[] = [];
  const { url } = await startApiServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://server');
    asked.push(searchParams);
    answers[Math.min(asked.length, answers.length) - 1]?.(response, searchParams, request);
  });
  const client = await clientOf(url);
  return { open: (request, signal) => openPodLog(client, request, signal), asked };
}

export type Answer = (response: ServerResponse, query: URLSearchParams, request: IncomingMessage) => void;

/** Waits a moment, however long was asked for. */
export const hastyClock: Clock = {
  now: () => Date.now(),
  sleep: (_, signal) => setTimeout(1, undefined, { signal }),
};

/** A line as the kubelet sends it. @param ms after a certain moment */
export const stamped = (text: string, ms = 0) => `${timeAt(ms)} ${text}\n`;
const timeAt = (ms: number) => new Date(1_800_000_000_000 + ms).toISOString();

/** Those lines that a kubelet sends for the query: to the whole second. */
export function since(lines: readonly string[], query: URLSearchParams): string[] {
  const from = query.get('sinceTime');
  return lines.filter((line) => from === null || line.slice(0, 19) >= from.slice(0, 19));
}

export const target = (containerId = 'containerd://a'): LogTarget => ({
  ...{
    id: `uid/${containerId}`,
    namespace: 'shop',
    pod: 'web',
    podUid: 'uid',
    container: 'app',
    containerId,
  },
  ended: false,
});

export const container = (more: Partial<ContainerObserved> = {}): ContainerObserved => ({
  ...{ name: 'app', kind: 'app', image: 'web', containerId: 'containerd://a', state: 'running', ready: true },
  ...{ restarts: 0, ports: {}, ...more },
});

export const textsOf = (lines: readonly UnnumberedLine[]) => lines.map(({ text }) => text);
