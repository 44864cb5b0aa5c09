import { stringify } from 'yaml';

/**
 * An object as YAML that kubectl reads back as it is: by the rules of YAML 1.1, so that texts such as `yes`, `0644` and
 * `1:30` are quoted. Ends with a line break. Pure.
 */
export function toYaml(value: object): string {
  return stringify(value, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}
