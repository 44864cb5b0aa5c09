import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { main: 'src/cli/main.ts' },
  outDir: 'dist',
  format: 'esm',
  platform: 'node',
  target: 'node22',
  dts: false,
  clean: true,
  sourcemap: false,
  // The production build of React, without NODE_ENV leaking into the commands that a session runs.
  define: { 'process.env.NODE_ENV': '"production"' },
  deps: {
    // dockerode reads its .proto files from beside itself and client-node is 16 MB of models: both stay outside.
    neverBundle: [
      'dockerode',
      'docker-modem',
      'protobufjs',
      '@kubernetes/client-node',
      'react-devtools-core',
      'fsevents',
    ],
    alwaysBundle: (id) =>
      !/^(dockerode|docker-modem|protobufjs|@kubernetes\/client-node|react-devtools-core|fsevents)(\/|$)/.test(
        id,
      ),
  },
  logLevel: 'warn',
});
