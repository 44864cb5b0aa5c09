/** What a user of the sandbox has to know of its pods, a sentence a line, for the start and for `doctor`. Pure. */
export function whatItIs(platform: NodeJS.Platform): readonly string[] {
  const names =
    'Services have names in Node and Python programs and for curl; other programs reach them by <SERVICE>_SERVICE_HOST and <SERVICE>_SERVICE_PORT.';
  const addresses =
    platform === 'linux'
      ? 'Each pod has an address of its own: programs other than Node and Python must listen on $HOST, or only one pod can have their port.'
      : 'All pods share 127.0.0.1 here: only one of them can listen on a port, so a Deployment of it cannot roll or have replicas.';
  return [
    'The sandbox isolates nothing: containers are processes of this machine, as you, with your files and network.',
    addresses,
    names,
  ];
}
