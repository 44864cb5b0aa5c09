import { createLog } from './log.ts';
import { readSettings, type Settings } from './read-settings.ts';

/** EX_CONFIG of sysexits.h */
const BAD_CONFIGURATION = 78;

/**
 * The settings of this process. Where one is missing, importing this ends the program with a line that says which: a pod
 * fails at once then, not at its first request. `node src/settings.ts` does nothing else.
 */
export const settings: Settings = readOrExit();

function readOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    createLog('error')('error', (error as Error).message);
    process.exit(BAD_CONFIGURATION);
  }
}
