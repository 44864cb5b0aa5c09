// Answers every request with the token that was in the image when the program started.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const token = readFileSync(new URL('token.txt', import.meta.url), 'utf8').trim();
const server = createServer((_, response) => response.end(`${token}\n`)).listen(8080);

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
