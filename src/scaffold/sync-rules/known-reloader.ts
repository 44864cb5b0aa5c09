import type { Program } from '../dockerfile/programs.ts';
import type { ProjectFiles } from '../project-files.ts';

/** A program that notices changed files, as it is called. */
export interface KnownReloader {
  readonly name: string;
  /** lower case, without the dot */
  readonly extensions: readonly string[] | 'all';
  /** relative to the folder it runs in, or absolute; default: that folder */
  readonly folders?: readonly string[];
  /** it compiles by itself */
  readonly compiles?: boolean;
  /** the frameworks run by it read templates and files of `public` and the like at each request */
  readonly servesAssets?: boolean;
  /** it makes pages of sources, which begin in the folder that it runs in */
  readonly bundles?: boolean;
  /** it gives files out as they are */
  readonly isServer?: boolean;
}

/** Tells whether a program is a reloader. */
export type ReloaderTest = (
  program: Program,
  env: Readonly<Record<string, string>>,
  files: ProjectFiles,
) => KnownReloader | undefined;

/** Values of an option that may be given several times: `--dir a --dir=b`. Pure. */
export function valuesOf(option: string | RegExp, args: readonly string[]): readonly string[] {
  const is = (name: string) => (typeof option === 'string' ? name === option : option.test(name));
  return args.flatMap((arg, index) => {
    const [name = '', ...rest] = arg.split('=');
    if (!is(name)) return [];
    const value = rest.length > 0 ? rest.join('=') : args[index + 1];
    return value === undefined ? [] : [value];
  });
}

/** As command line programs read a switch in the environment. Pure. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && !/^(|0|false|no|off)$/i.test(value);
}
