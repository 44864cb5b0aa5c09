import { posix } from 'node:path';

/** Folders of things to read or to try, not of the project itself. */
const SAMPLES =
  /^(?:tests?|testdata|__tests__|fixtures?|e2e|examples?|samples?|docs?|documentation|demos?|hack|legacy|archive|deprecated|old)$/i;

/** Whether a kustomization is one of samples, such as kubebuilder's config/samples; one called `test` is an environment's. Pure. */
export function isOfSamples(folder: string): boolean {
  return isSample(folder) || /(?:^|\/)(?:examples?|samples?)$/i.test(folder);
}

/** Whether a path lies in a folder of samples or tests. Pure. */
export function isSample(path: string): boolean {
  return posix
    .dirname(path)
    .split('/')
    .some((part) => SAMPLES.test(part));
}
