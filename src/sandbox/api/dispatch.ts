import { refuse } from './api-error.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';
import { deleteMany, deleteObject } from './delete.ts';
import type { WriteContext } from './put-object.ts';
import { getObject, listObjects } from './read.ts';
import { answerScale } from './scale.ts';
import { createObject, patchObject, replaceObject } from './write.ts';

/** Answers a request for objects that is no stream. Throws an ApiError. */
export function dispatch(write: WriteContext, call: ApiRequest): ApiAnswer {
  const { path, method, kind } = call;
  const { store } = write;
  const isPart = path.subresource === 'status' && kind.subresources.includes('status');
  if (path.subresource === 'scale' && kind.subresources.includes('scale')) return answerScale(write, call);
  if (path.subresource !== undefined && !isPart)
    throw refuse.notInSandbox(`${kind.plural}/${path.subresource}`);
  if (path.name === undefined) {
    if (method === 'GET') return listObjects(store, call);
    if (method === 'POST') return createObject(write, call);
    if (method === 'DELETE') return deleteMany(write, call);
    throw refuse.notAllowed(method);
  }
  switch (method) {
    case 'GET':
      return getObject(store, call);
    case 'PUT':
      return replaceObject(write, call);
    case 'PATCH':
      return patchObject(write, call);
    case 'DELETE':
      return deleteObject(write, call);
    default:
      throw refuse.notAllowed(method);
  }
}
