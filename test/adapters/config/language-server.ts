import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const repo = join(import.meta.dirname, '..', '..', '..');

interface Diagnostic {
  readonly message: string;
  /** lines and columns from 0 */
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

interface CompletionItem {
  readonly label: string;
  readonly documentation?: string | { readonly value: string };
}

/** An editor's side of a yaml-language-server, as one that was installed and not set up. */
export interface LanguageServer {
  /** What is marked in a file, once the server has looked at it. */
  diagnostics(file: string, text: string): Promise<readonly Diagnostic[]>;
  completion(file: string, line: number, character: number): Promise<readonly CompletionItem[]>;
  /** hosts that it tried to reach; none was */
  hosts(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Starts the real one, without a way off the machine: a connection fails as it does where there is no network. */
export async function startLanguageServer(root: string): Promise<LanguageServer> {
  const folder = await mkdtemp(join(tmpdir(), 'rockpool-lsp-'));
  const [barrier, tried] = [join(folder, 'barrier.cjs'), join(folder, 'tried')];
  await writeFile(barrier, BARRIER);
  const server = join(repo, 'node_modules', 'yaml-language-server', 'bin', 'yaml-language-server');
  const child = spawn(process.execPath, ['--require', barrier, server, '--stdio'], {
    env: { ...process.env, ROCKPOOL_TRIED: tried },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const answers = new Map<number, (result: unknown) => void>();
  const marks = new Map<string, (found: readonly Diagnostic[]) => void>();
  const write = (message: object) => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  child.stdout.on(
    'data',
    messages((message) => {
      const { id, method, params, result } = message;
      if (method === 'textDocument/publishDiagnostics') marks.get(params.uri)?.(params.diagnostics);
      else if (method === 'workspace/configuration') write({ id, result: params.items.map(() => null) });
      else if (method !== undefined && id !== undefined) write({ id, result: null });
      else if (id !== undefined) answers.get(id)?.(result);
    }),
  );
  let next = 1;
  const ask = (method: string, params: object) =>
    new Promise<unknown>((resolve) => {
      answers.set(next, resolve);
      write({ id: next++, method, params });
    });
  const uriOf = (file: string) => pathToFileURL(file).href;
  const workspaceFolders = [{ uri: uriOf(root), name: 'project' }];
  const capabilities = { workspace: { configuration: true, workspaceFolders: true } };
  await ask('initialize', { processId: null, rootUri: uriOf(root), workspaceFolders, capabilities });
  write({ method: 'initialized', params: {} });
  return {
    diagnostics: (file, text) =>
      new Promise((resolve) => {
        marks.set(uriOf(file), resolve);
        const textDocument = { uri: uriOf(file), languageId: 'yaml', version: 1, text };
        write({ method: 'textDocument/didOpen', params: { textDocument } });
      }),
    completion: async (file, line, character) => {
      const params = { textDocument: { uri: uriOf(file) }, position: { line, character } };
      const { items } = (await ask('textDocument/completion', params)) as { items: CompletionItem[] };
      return items;
    },
    hosts: async () => {
      const text = await readFile(tried, 'utf8').catch(() => '');
      return [...new Set(text.split('\n').filter((host) => host !== ''))];
    },
    close: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Loaded before the server. */
const BARRIER = `
const { appendFileSync } = require('node:fs');
const dns = require('node:dns');
const refuse = (host, ...rest) => {
  appendFileSync(process.env.ROCKPOOL_TRIED, host + '\\n');
  const error = Object.assign(new Error('getaddrinfo ENOTFOUND ' + host), { code: 'ENOTFOUND' });
  process.nextTick(rest.at(-1), error);
};
dns.lookup = refuse;
const { Socket } = require('node:net');
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...args) {
  const { host, path } = args.flat()[0] ?? {};
  if (path === undefined && host !== undefined && /^[0-9.:]+$/.test(host)) {
    appendFileSync(process.env.ROCKPOOL_TRIED, host + '\\n');
    process.nextTick(() => this.destroy(new Error('no network')));
    return this;
  }
  return connect.apply(this, args);
};
`;

interface Message {
  readonly id?: number;
  readonly method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the protocol sends
  readonly params?: any;
  readonly result?: unknown;
}

/** Takes the protocol's messages out of what comes. */
function messages(take: (message: Message & { readonly params: NonNullable<Message['params']> }) => void) {
  let rest = Buffer.alloc(0);
  return (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const end = rest.indexOf('\r\n\r\n');
      const length = Number(
        /Content-Length: (\d+)/i.exec(rest.subarray(0, Math.max(0, end)).toString())?.[1],
      );
      if (end < 0 || rest.length < end + 4 + length) return;
      const text = rest.subarray(end + 4, end + 4 + length).toString();
      rest = rest.subarray(end + 4 + length);
      take(JSON.parse(text));
    }
  };
}
