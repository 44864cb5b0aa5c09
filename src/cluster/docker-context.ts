import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerEnv } from './parse-docker-env.ts';

/**
 * The daemon that a context of the docker command line points to, or undefined when there is no such context.
 * Docker keeps it in `contexts/meta/<sha256 of the name>/meta.json` below its configuration folder, and its
 * certificates in `contexts/tls/<the same>/docker`.
 */
export async function readDockerContext(folder: string, name: string): Promise<DockerEnv | undefined> {
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(join(folder, 'contexts', 'meta', id, 'meta.json'));
  const docker = property(property(meta, 'Endpoints'), 'docker');
  const host = property(docker, 'Host');
  if (typeof host !== 'string' || host === '') return undefined;
  const certPath = join(folder, 'contexts', 'tls', id, 'docker');
  // docker speaks TLS where the context has certificates; SkipTLSVerify would leave the daemon unproven
  const tlsVerify = existsSync(join(certPath, 'ca.pem')) && property(docker, 'SkipTLSVerify') !== true;
  return { host, certPath, tlsVerify };
}

/** The name of the context that `docker context use` chose, or undefined for none. */
export async function readCurrentDockerContext(folder: string): Promise<string | undefined> {
  const current = property(await readJson(join(folder, 'config.json')), 'currentContext');
  return typeof current === 'string' && current !== '' && current !== 'default' ? current : undefined;
}

/** The parsed file; undefined when it is not there or not JSON: the daemon is then looked for elsewhere. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
