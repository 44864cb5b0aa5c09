import type { SessionConfig } from '../session/events.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { ConfigSource } from '../session/ports.ts';
import type { Config } from './config.ts';
import { type LoadConfigOptions, loadConfig } from './load-config.ts';
import { sessionConfig } from './session-config.ts';

export interface FileConfigSourceOptions {
  /** what the session was started with; in force until `load` finds another one */
  readonly initial: Config;
  /** as `initial` was loaded with */
  readonly load: LoadConfigOptions;
  /** the session's */
  readonly namespace: string;
  /** images of the project that each image's Dockerfile builds on */
  readonly needs: (config: Config) => Promise<Readonly<Record<string, readonly string[]>>>;
}

export interface FileConfigSource extends ConfigSource {
  current(): Config;
  /** What `load` would find, without putting it in force. Rejects as it does. */
  read(signal: AbortSignal): Promise<{ readonly config: Config; readonly session: SessionConfig }>;
}

/**
 * Reads the same rockpool.yaml again and again. `current` is the last good configuration. A session keeps the name
 * and the namespace that it began with: a file that changes them is refused (CONFIG_NEEDS_RESTART).
 */
export function createFileConfigSource(options: FileConfigSourceOptions): FileConfigSource {
  const { initial, namespace, needs } = options;
  // Without a file of that name for a moment, as some editors save, nothing is to be inferred instead.
  const load = initial.file === undefined ? options.load : { ...options.load, file: initial.file };
  let current = initial;
  const read: FileConfigSource['read'] = async (signal) => {
    const config = await loadConfig(load, signal).catch(gone);
    const failures = [...changed('name', initial, config), ...changed('namespace', initial, config)];
    if (failures.length > 0) throw new RockpoolError(failures, { exitCode: 2 });
    const session = sessionConfig(config, namespace, await needs(config));
    signal.throwIfAborted();
    return { config, session };
  };
  return {
    current: () => current,
    read,
    async load(signal) {
      const { config, session } = await read(signal);
      current = config;
      return session;
    },
  };
}

/** Nobody named the file: the session knows it. */
function gone(error: unknown): never {
  const [failure] = error instanceof RockpoolError ? error.failures : [];
  if (failure?.code !== 'CONFIG_NOT_FOUND') throw error;
  const hint = 'Put it back; until then the session goes on with what was in it.';
  throw new RockpoolError(
    { ...failure, message: `${failure.message} any more`, hint },
    { exitCode: 2, cause: error },
  );
}

function changed(key: 'name' | 'namespace', before: Config, after: Config): readonly Failure[] {
  if (before[key] === after[key]) return [];
  const [was, is] = [before[key] ?? 'not set', after[key] ?? 'not set'];
  const message = `${key} is ${is} now and was ${was} when the session began`;
  return [
    {
      code: 'CONFIG_NEEDS_RESTART',
      subject: 'config',
      message,
      hint: 'change it back, or quit and start again',
    },
  ];
}
