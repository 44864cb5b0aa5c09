import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request to the Docker endpoint. */
export interface DockerRequest {
  readonly method: string;
  /** decoded, without the version of the API (`/v1.50`) */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: IncomingMessage;
}

export function readRequest(request: IncomingMessage): DockerRequest {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://docker');
  const path = decode(pathname).replace(/^\/v\d+\.\d+(?=\/)/, '');
  return { method: request.method ?? 'GET', path, query: searchParams, body: request };
}

/** A sign that is no code stays as it is: such a name means no image. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): true {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  return true;
}

/** An error as the Docker Engine words its own: a message in JSON. */
export function refuse(response: ServerResponse, status: number, message: string): true {
  return sendJson(response, { message }, status);
}
