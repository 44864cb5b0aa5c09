import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { type Pack, pack } from 'tar-stream';

/** The Docker Engine that `minikube docker-env` names. */
export function connectDocker() {
  const answer = execFileSync('minikube', ['docker-env', '--shell', 'none', '-o', 'json'], {
    encoding: 'utf8',
  });
  const env: { DOCKER_HOST: string; DOCKER_CERT_PATH: string } = JSON.parse(answer);
  Object.assign(process.env, { ...env, DOCKER_TLS_VERIFY: '1' });
  const docker = new Docker();
  return {
    build: (folder: string, ref: string) => build(docker, folder, ref),
    removeImages: (name: string) => removeImages(docker, name),
  };
}

/** A BuildKit build of the files at the top of the folder; resolves at the end of the daemon's answer. */
async function build(docker: Docker, folder: string, ref: string): Promise<void> {
  const answer = await docker.buildImage(Readable.from(await tarOf(folder)), { t: ref, version: '2' });
  let rest = '';
  for await (const chunk of answer) {
    rest += chunk;
    const end = rest.lastIndexOf('\n') + 1;
    for (const line of rest.slice(0, end).split('\n').filter(Boolean)) {
      const { error } = JSON.parse(line);
      if (error) throw new Error(`the build failed: ${error}`);
    }
    rest = rest.slice(end);
  }
}

async function tarOf(folder: string): Promise<Pack> {
  const tar = pack();
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    tar.entry(
      { name: entry.name, mode: 0o644, mtime: new Date(0) },
      await readFile(join(folder, entry.name)),
    );
  }
  tar.finalize();
  return tar;
}

async function removeImages(docker: Docker, name: string): Promise<void> {
  const images = await docker.listImages({ filters: { reference: [`${name}:*`] } });
  const refs = images.flatMap((image) => image.RepoTags ?? []).filter((ref) => ref.startsWith(`${name}:`));
  for (const ref of new Set(refs)) await docker.getImage(ref).remove({ force: true });
}
