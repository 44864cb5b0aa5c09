import { describe, expect, test } from 'vitest';
import {
  type FileSight,
  type FileWrite,
  isHalfWritten,
  seeFile,
  WRITER_PAUSE,
} from '../../../src/watch/file-writes.ts';

const sight = (size: number, ino = 1): FileSight => ({ size, ino, mtimeMs: 0, ctimeMs: 0 });
const looks = (before: FileSight | undefined, ...sizes: FileSight[]): FileWrite =>
  sizes.reduce<FileWrite>((write, seen, index) => seeFile(write, seen, index * 10), { before });

describe('a file is waited for', () => {
  test.each([
    ['that was truncated and is empty still', looks(sight(500), sight(0)), 0],
    ['that lost most of its content in place', looks(sight(500), sight(40)), 0],
    ['that grows from look to look', looks(sight(40), sight(40), sight(50)), 10],
    ['that is new and grows', looks(undefined, sight(40), sight(50)), 10],
  ])('%s, until its writer pauses', (_what, write, at) => {
    expect(isHalfWritten(write, at, at)).toBe(true);
    expect(isHalfWritten(write, at, at + WRITER_PAUSE)).toBe(false);
  });
});

describe('a file is complete at once', () => {
  test.each([
    ['that an editor put in place by a rename, however small', looks(sight(500), sight(40, 2))],
    ['that was truncated and filled between two looks', looks(sight(500), sight(0), sight(480))],
    ['that is new and empty', looks(undefined, sight(0))],
    ['that is gone', { before: sight(500), seen: undefined }],
  ])('%s', (_what, write) => {
    expect(isHalfWritten(write, 0, 0)).toBe(false);
  });
});
