const SECRET_NAME =
  /(^|[_.-])(pass|passwd|password|passphrase|pwd|secret|token|api_?key|access_key|secret_key|secret_key_base|private_key|encryption_key|signing_key|credentials?)$/i;

/** Whether a variable holds a secret, as its name tells, or a password in a URL: `postgres://app:secret@db/app`. Pure. */
export function looksSecret(name: string, value: string): boolean {
  if (value === '' || /^(true|false|yes|no|on|off)$/i.test(value)) return false;
  return SECRET_NAME.test(name) || /^[a-z][\w+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i.test(value);
}
