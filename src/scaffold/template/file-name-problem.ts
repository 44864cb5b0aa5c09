import { isVisible } from './visible-text.ts';

/** Path lengths that every file system of the three platforms takes, with room for the folder they are put in. */
const MAX_PATH = 200;

/**
 * Why a file of this path, relative with `/`, may not be in a template, in words; undefined when it may. Refused is what
 * Windows or macOS cannot hold, what a terminal cannot show, and what some file system takes for `.git`. Pure.
 */
export function fileNameProblem(path: string): string | undefined {
  if (new TextEncoder().encode(path).length > MAX_PATH) return `is longer than ${MAX_PATH} bytes`;
  for (const name of path.split('/')) {
    const problem = nameProblem(name);
    if (problem) return problem;
  }
  return undefined;
}

/** Whether some file system takes the name for `.git`: by case, by what NTFS and HFS+ leave out, by its short name. Pure. */
function isGitFolder(name: string): boolean {
  const plain = name.replace(/[\p{Cf}]/gu, '').toLowerCase();
  return /^(\.git|git~\d)[ .]*(:.*)?$/.test(plain);
}

function nameProblem(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'is not a path in the template';
  if (isGitFolder(name)) return 'is part of a git repository: a template brings none';
  if (!isVisible(name)) return 'has a control or invisible character in its name';
  if (name.includes('\ufffd')) return 'has a name that is not UTF-8';
  if (/[<>:"|?*\\]/.test(name)) return 'has a character in its name that Windows does not take';
  if (/[ .]$/.test(name)) return 'has a name that ends with a dot or a space, which Windows does not take';
  if (RESERVED.test(name)) return 'has a name that Windows keeps for a device';
  return undefined;
}

/** learn.microsoft.com/windows/win32/fileio/naming-a-file: also with an extension. */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3]) *(\..*)?$/i;
