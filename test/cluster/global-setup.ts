import { enterCluster } from './enter-cluster.ts';

/** The real cluster for the suite: up before the first test, and as it was after the last. */
export default function setup(): () => void {
  return enterCluster(['node:24-slim', 'python:3.13-slim', 'nginx:stable', 'redis:8', 'busybox']);
}
