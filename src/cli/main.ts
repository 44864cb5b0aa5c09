import packageJson from '../../package.json' with { type: 'json' };

/**
 * Runs a command line and ends the process. `--version` loads nothing else; every command loads what it needs.
 * The only place that exits: an adapter that left a socket open cannot keep the process alive.
 */
export async function main(argv: readonly string[]): Promise<never> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    console.log(packageJson.version);
    return end(0);
  }
  // A reader that has gone (`| head`) is no error; commands that go on for long listen too, and end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const { runProgram } = await import('./program.ts');
  return end(await runProgram(argv, packageJson.version));
}

/** Ends once stdout and stderr are written: pipes are asynchronous. */
async function end(code: number): Promise<never> {
  const flushed = [process.stdout, process.stderr].map(
    (stream) =>
      new Promise<void>((resolve) =>
        stream.writableLength === 0 ? resolve() : stream.once('drain', resolve),
      ),
  );
  await Promise.race([Promise.all(flushed), new Promise((resolve) => setTimeout(resolve, 2000))]);
  process.exit(code);
}
