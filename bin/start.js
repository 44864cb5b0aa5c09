'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { enableCompileCache } = require('node:module');

enableCompileCache();
// Started by rockpool.js on another Node: when that was killed, end as if asked to.
if (process.send) process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
const entry = join(__dirname, '..', 'dist', 'main.mjs');
if (!existsSync(entry)) {
  console.error(
    `rockpool is not built: ${entry} is missing. Run \`npm ci\` or \`npm run build\` in the checkout.`,
  );
  process.exit(2);
}
import(entry).then(({ main }) => main(process.argv.slice(2)));
