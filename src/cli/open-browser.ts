import { spawn } from 'node:child_process';

/** Opens an address in the browser of the desktop. @returns whether there is a way to */
export function openBrowser(address: string): Promise<boolean> {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  return new Promise((resolve) => {
    const child = spawn(command, [address], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    // xdg-open says 3 when it finds nothing to open it with; a browser in the foreground goes on for long.
    const waited = setTimeout(() => resolve(true), 2000);
    child.once('exit', (code) => {
      clearTimeout(waited);
      resolve(code === 0);
    });
    child.unref();
  });
}
