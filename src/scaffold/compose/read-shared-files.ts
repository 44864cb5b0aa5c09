import { posix } from 'node:path';
import type { SourcePlace } from '../../session/failure.ts';
import type { SketchFile } from '../proposal.ts';
import type { Value } from './compose-value.ts';
import { NOT_COPIED } from './hidden-files.ts';
import type { ServiceContext } from './read-service.ts';

/** `secrets` and `configs` of a service as files: where compose puts them, with what is in them now. Pure but for the notes. */
export function readSharedFiles(
  map: ReadonlyMap<string, Value>,
  context: ServiceContext,
): { readonly files?: readonly SketchFile[] } {
  const files = (['secrets', 'configs'] as const).flatMap((kind) =>
    (map.get(kind)?.list ?? []).flatMap((item) => toFile(kind, item, context)),
  );
  return files.length > 0 ? { files } : {};
}

function toFile(kind: 'secrets' | 'configs', item: Value, context: ServiceContext): readonly SketchFile[] {
  const name = item.text ?? item.map?.get('source')?.text ?? '';
  const declared = context.root.map?.get(kind)?.map?.get(name);
  const content = declared && contentOf(declared, context);
  const isSecret = kind === 'secrets';
  if (content === undefined) {
    const object = isSecret ? 'Secret' : 'ConfigMap';
    const why = declared ? 'what is in it is not here' : `\`${kind}\` has no ${name}`;
    const words = isHidden(declared, context)
      ? `what is in it is ${NOT_COPIED}`
      : `${why}: write a ${object} and mount it in its manifest`;
    context.notes.leave(item.at, `${context.service}: ${name} is not mounted, ${words}`);
    return [];
  }
  const target = item.map?.get('target')?.text ?? name;
  return [{ mountPath: posix.resolve(isSecret ? '/run/secrets' : '/', target), content, isSecret }];
}

function contentOf({ map, at }: Value, { files, env }: ServiceContext): string | undefined {
  const inline = map?.get('content')?.text;
  const variable = map?.get('environment')?.text;
  const file = map?.get('file')?.text;
  if (inline !== undefined) return inline;
  if (variable !== undefined) return env[variable];
  return file === undefined ? undefined : files.text(besides(at, file));
}

function isHidden(declared: Value | undefined, { hidden }: ServiceContext): boolean {
  const variable = declared?.map?.get('environment')?.text ?? '';
  const file = declared?.map?.get('file')?.text;
  const isFile = declared !== undefined && file !== undefined && hidden.paths.has(besides(declared.at, file));
  return isFile || Object.hasOwn(hidden.env, variable);
}

const besides = (at: SourcePlace, path: string): string => posix.join(posix.dirname(at.file), path);
