import type { ServerResponse } from 'node:http';
import type { ImageConfig, ImageStore } from '../runtime/runtime.ts';
import { findBase } from './base/find-base.ts';
import { parseReference } from './base/image-reference.ts';
import type { MachineTools } from './base/machine-tools.ts';
import { SolveError } from './build/solve-error.ts';
import { goArchitecture } from './daemon-routes.ts';
import { type DockerRequest, refuse, sendJson } from './docker-request.ts';

interface Parts {
  readonly images: ImageStore;
  readonly tools: MachineTools;
  pull(ref: string, signal: AbortSignal): Promise<ImageConfig>;
}

/** Lists, describes, names and deletes images. @returns false: it was asked something else */
export async function answerImages(
  request: DockerRequest,
  response: ServerResponse,
  parts: Parts,
): Promise<boolean> {
  const { method, path, query } = request;
  if (path === '/images/json' && method === 'GET') {
    return sendJson(response, parts.images.list().filter(filterOf(query)).map(toListed));
  }
  if (path === '/images/create' && method === 'POST') return pull(query, response, parts);
  const [, ref = '', action = ''] = /^\/images\/(.+?)(?:\/(json|history|tag))?$/.exec(path) ?? [];
  if (ref === '') return false;
  if (method === 'DELETE' && action === '') return remove(ref, response, parts.images);
  if (method === 'POST' && action === 'tag') return tag(ref, query, response, parts.images);
  if (method !== 'GET' || (action !== 'json' && action !== 'history')) return false;
  const image = parts.images.find(ref);
  const id = image?.id ?? (await baseId(ref, parts.tools));
  if (id === undefined) return refuse(response, 404, `No such image: ${ref}`);
  if (action === 'history') return sendJson(response, history(id, image));
  return sendJson(response, image ? describe(image) : { Id: id, RepoTags: [ref], RepoDigests: [] });
}

async function pull(query: URLSearchParams, response: ServerResponse, parts: Parts): Promise<true> {
  const name = query.get('fromImage');
  if (!name)
    return refuse(response, 501, 'The sandbox has no images from archives: it pulls by name (fromImage).');
  const tag = query.get('tag');
  try {
    const { refs } = await parts.pull(tag ? `${name}:${tag}` : name, new AbortController().signal);
    return sendJson(response, { status: `${refs.join(', ')}: programs of this machine stand for it` });
  } catch (error) {
    if (error instanceof SolveError) return refuse(response, 404, error.message);
    throw error;
  }
}

/** What stands for a public image is there, as an image that was pulled is: its ID goes into content tags. */
async function baseId(ref: string, tools: MachineTools): Promise<string | undefined> {
  try {
    return (await findBase(ref, tools, new AbortController().signal)).id;
  } catch (error) {
    if (error instanceof SolveError) return undefined;
    throw error;
  }
}

function filterOf(query: URLSearchParams): (image: ImageConfig) => boolean {
  const filters = JSON.parse(query.get('filters') ?? '{}') as Record<
    string,
    readonly string[] | Record<string, boolean>
  >;
  const values = (name: string) => {
    const given = filters[name] ?? [];
    return Array.isArray(given) ? (given as readonly string[]) : Object.keys(given);
  };
  const names = values('reference').map((ref) => parseReference(ref).name);
  return ({ refs, labels }) => {
    const named = names.length === 0 || refs.some((ref) => names.includes(parseReference(ref).name));
    const hasLabel = (label: string) => {
      const [key = '', value] = label.split('=', 2);
      return value === undefined ? labels[key] !== undefined : labels[key] === value;
    };
    return named && values('label').every(hasLabel);
  };
}

/** `SharedSize` -1: what images share is not worked out. */
function toListed({ id, refs, labels, createdAt, size }: ImageConfig) {
  const own = {
    Id: id,
    RepoTags: refs,
    RepoDigests: [],
    Labels: labels,
    Created: Math.floor(createdAt / 1000),
  };
  return { ...own, Size: size, SharedSize: -1, Containers: -1, ParentId: '' };
}

function history(id: string, image: ImageConfig | undefined) {
  const Created = Math.floor((image?.createdAt ?? 0) / 1000);
  return [
    {
      Id: id,
      Created,
      CreatedBy: '',
      Tags: image?.refs ?? [],
      Size: image?.size ?? 0,
      Comment: 'rockpool sandbox',
    },
  ];
}

function describe(image: ImageConfig) {
  const ports = image.exposed.map((port) => [`${port}/tcp`, {}]);
  const Config = {
    Env: image.env,
    Entrypoint: image.entrypoint.length === 0 ? null : image.entrypoint,
    Cmd: image.cmd.length === 0 ? null : image.cmd,
    WorkingDir: image.workingDir,
    User: image.user,
    ExposedPorts: Object.fromEntries(ports),
    Labels: image.labels,
    ...(image.stopSignal === undefined ? {} : { StopSignal: image.stopSignal }),
  };
  const own = { Id: image.id, RepoTags: image.refs, RepoDigests: [], Config, Size: image.size };
  const Created = new Date(image.createdAt).toISOString();
  return {
    ...own,
    Created,
    Os: 'linux',
    Architecture: goArchitecture(),
    RootFS: { Type: 'folder', Layers: [] },
  };
}

function remove(ref: string, response: ServerResponse, images: ImageStore): true {
  const image = images.find(ref);
  if (!image || !images.remove(ref)) return refuse(response, 404, `No such image: ${ref}`);
  const gone = !images.list().some(({ id }) => id === image.id);
  return sendJson(response, [{ Untagged: ref }, ...(gone ? [{ Deleted: image.id }] : [])]);
}

function tag(ref: string, query: URLSearchParams, response: ServerResponse, images: ImageStore): true {
  const image = images.find(ref);
  if (!image) return refuse(response, 404, `No such image: ${ref}`);
  const name = query.get('repo');
  if (!name) return refuse(response, 400, 'repo: the new name is missing');
  images.tag(image.id, `${name}:${query.get('tag') || 'latest'}`);
  response.writeHead(201).end();
  return true;
}
