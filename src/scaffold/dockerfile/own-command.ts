import { shellWords } from '../shell-words.ts';
import { baseImage } from './base-images.ts';
import { argumentText, jsonWords } from './instruction-text.ts';
import type { WalkedStage } from './walk-stage.ts';

/** What a container of the image runs. */
export interface OwnCommand {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  /** both, as they are run; the text of a shell form is split into its words, operators among them */
  readonly words: readonly string[];
  /** whether the file itself says so, and not the base image */
  readonly isSaid: boolean;
}

/** ENTRYPOINT and CMD of a stage: the last of each counts, and an ENTRYPOINT takes away the CMD before it in an older stage. Pure. */
export function ownCommand({ steps, base }: WalkedStage): OwnCommand {
  let entrypoint: readonly string[] | undefined;
  let cmd: readonly string[] | undefined;
  for (const { instruction } of steps) {
    const text = argumentText(instruction);
    if (instruction.keyword === 'ENTRYPOINT') entrypoint = jsonWords(text) ?? shellWords(text);
    if (instruction.keyword === 'CMD') cmd = jsonWords(text) ?? shellWords(text);
  }
  const isSaid = entrypoint !== undefined || cmd !== undefined;
  const inherited = isSaid ? [] : (baseImage(base)?.command ?? []);
  return {
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(cmd === undefined ? {} : { cmd }),
    words: [...(entrypoint ?? []), ...(cmd ?? []), ...inherited],
    isSaid,
  };
}
