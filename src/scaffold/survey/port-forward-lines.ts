import { posix } from 'node:path';
import { parseForward } from '../../config/forward-spec.ts';
import { scriptLines } from './script-lines.ts';
import type { FoundForward, FoundText } from './survey.ts';

const COMMAND = /\bkubectl\s+([^;&|#]*?)\bport-forward\s+([^;&|#]*)/g;

/** Flags that take the next word for their value. */
const WITH_VALUE =
  /^(-n|--namespace|--context|--kubeconfig|--address|--pod-running-timeout|--cluster|--user)$/;

/**
 * The forwards that lines such as `kubectl port-forward svc/web 8080:80` hold: which port of this machine people are used
 * to. Pods by their own name and ports by name are left out. Pure.
 */
export function portForwardLines(text: FoundText): readonly FoundForward[] {
  return scriptLines(text).flatMap(({ text: line, line: number }) => {
    const at = posix.basename(text.path) === 'package.json' ? text.path : `${text.path}:${number}`;
    return [...line.matchAll(COMMAND)].flatMap(({ 2: args = '' }) => readArguments(args.split(/\s+/), at));
  });
}

function readArguments(words: readonly string[], at: string): readonly FoundForward[] {
  const [target = '', ...ports] = withoutFlags(words);
  return ports.flatMap((written): FoundForward[] => {
    const [, local, remote] = /^(?:(\d+):)?(\d+)$/.exec(written) ?? [];
    if (remote === undefined || !target.includes('/')) return [];
    const forward = parseForward({ to: target, port: Number(remote), local: Number(local ?? remote) });
    if (!('id' in forward) || forward.local === 'auto' || forward.local < 1 || forward.local > 65_535)
      return [];
    return [{ to: `${forward.kind}/${forward.name}`, port: Number(remote), local: forward.local, at }];
  });
}

function withoutFlags(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => {
    const before = words[index - 1] ?? '';
    return word !== '' && !word.startsWith('-') && !WITH_VALUE.test(before);
  });
}
