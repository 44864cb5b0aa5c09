import { randomInt } from 'node:crypto';

/**
 * Gives each pod an address: on Linux one of its own from 127.32.0.0/11, beginning anywhere, so that two sandboxes of
 * one machine do not meet; elsewhere the only one that there is.
 */
export function addressGiver(platform: NodeJS.Platform, start = randomInt(32 * 256)): () => string {
  if (platform !== 'linux') return () => '127.0.0.1';
  let count = start * 256;
  return () => {
    count += 1;
    // 0 and 255 at the end look wrong to people.
    if ((count & 255) === 0 || (count & 255) === 255) count += (count & 255) === 0 ? 1 : 2;
    const [second, third] = [32 + ((count >> 16) & 31), (count >> 8) & 255];
    return `127.${second}.${third}.${count & 255}`;
  };
}
