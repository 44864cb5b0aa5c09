import type { Config } from '../config/config.ts';
import { type Finding, ok, warn } from './finding.ts';

/** What of the project's configuration is in force. Pure. */
export function checkConfig({ file, images, manifests, forwards, warnings }: Config): Finding {
  const parts = [
    count(images.length, 'image'),
    count(manifests.length, 'entry of manifests', 'entries of manifests'),
    count(forwards.length, 'forward'),
  ];
  const found = `${file === undefined ? 'inferred, since there is no rockpool.yaml' : 'rockpool.yaml'}: ${parts.join(', ')}`;
  const [first] = warnings;
  return first ? warn('config', `${found}; ${first.message}`) : ok('config', found);
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
