import type { KubeClient } from '../../../src/kube/kube-client.ts';
import { bodyOf, clientOf, json, startApiServer, status } from '../kube/api-server.ts';

export interface Asked {
  readonly method: string;
  /** path and query */
  readonly url: string;
  readonly body: unknown;
}

export type Answer = { readonly status?: number; readonly body: unknown; readonly warning?: string };

/** The list of what is applied, which is no concern of most tests: it is taken as it comes, and not shown. */
const INVENTORY = '/configmaps/rockpool-shop';

/** A server that answers as a test says, otherwise: nothing is there yet, and every apply makes what it is given. */
export async function startScriptedApiserver(
  script: (asked: Asked) => Answer | Promise<Answer> | undefined = () => undefined,
  { showInventory = false } = {},
): Promise<{ client: KubeClient; asked: Asked[]; stop: () => Promise<void> }> {
  const asked: Asked[] = [];
  const api = await startApiServer(async (request, response) => {
    const text = await bodyOf(request);
    const entry = {
      method: request.method ?? '',
      url: request.url ?? '',
      body: text === '' ? undefined : JSON.parse(text),
    };
    const isShown = showInventory || !entry.url.includes(INVENTORY);
    if (isShown) asked.push(entry);
    const answer = (isShown ? await script(entry) : undefined) ?? byDefault(entry);
    json(
      response,
      answer.body,
      answer.status ?? 200,
      answer.warning === undefined ? {} : { warning: `299 - "${answer.warning}"` },
    );
  });
  return { client: await clientOf(api.url), asked, stop: api.stop };
}

/** What an apiserver answers when it refuses. */
export function refusal(code: number, reason: string, message: string, causes: object[] = []): Answer {
  return { status: code, body: status(code, reason, message, causes) };
}

function byDefault({ method, url, body }: Asked): Answer {
  if (method === 'GET' && url.startsWith('/api/v1/namespaces/') && url.split('/').length === 5)
    return { body: { kind: 'Namespace', metadata: { labels: { 'rockpool.dev/app': 'shop' } } } };
  if (method === 'GET') return refusal(404, 'NotFound', `${url} not found`);
  return method === 'PATCH' ? { status: 201, body } : { body: {} };
}
