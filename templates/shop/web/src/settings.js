import { createLog } from './log.js';
import { readSettings } from './read-settings.js';

/** EX_CONFIG of sysexits.h */
const BAD_CONFIGURATION = 78;

/**
 * The settings of this process. Where one is missing, importing this ends the program with a line that says which: a pod
 * fails at once then, not at its first request. `node src/settings.js` does nothing else.
 */
export const settings = readOrExit();

function readOrExit() {
  try {
    return readSettings(process.env);
  } catch (error) {
    createLog('error')('error', error.message);
    process.exit(BAD_CONFIGURATION);
  }
}
