import { argumentText } from '../dockerfile/instruction-text.ts';
import type { WalkedStage } from '../dockerfile/walk-stage.ts';
import { shellCommands } from '../shell-words.ts';
import type { Copy } from './copies.ts';
import type { Reloader } from './reloader.ts';

/** Commands that leave the sources as they are: installing what they need, owners and folders. */
const HARMLESS = [
  /^(npm|pnpm|yarn|bun) (ci|i|install|add|cache|prune|rebuild|config|set)\b/,
  /^yarn( -\S+)*$/,
  /^(corepack|npx --yes corepack) /,
  /^(npx |pnpm exec |yarn )?prisma generate\b/,
  /^(python3? -m )?pip3? (?!install( -\S+)* \.($|\[| ))/,
  /^(python3? -m )?pip3? install .*(-e|--editable) \./,
  /^(poetry|uv|pipenv|pdm) (install|sync|pip|lock|config|add|export)\b/,
  /^(python3? -m )?(venv|virtualenv)\b/,
  /^go (mod|get|install|env|vet)\b/,
  /^cargo (fetch|install)\b/,
  /^bundle (install|config|check)\b/,
  /^gem install\b/,
  /^composer (install|dump-autoload|require)\b/,
  /^dotnet (restore|tool)\b/,
  /^docker-php-ext-\w+\b/,
  /^(apt|apt-get|apk|dnf|yum|microdnf|pecl) /,
  /^(chown|chmod|mkdir|touch|ln|rm|adduser|addgroup|useradd|groupadd|usermod|groupmod|id|echo|true|set|cd|ls|command|install -d|export|exit|a2enmod|a2dismod|update-ca-certificates|setcap|curl|wget|sleep|test|\[) ?/,
];

/** A compilation whose outcome a compiling reloader does not run. */
const WARMING = /^(go build|cargo build|dotnet build|(\.\/)?(mvnw?|gradlew?) )/;

/**
 * The first RUN line after a COPY that may make something of what was copied, so that the files alone are not all there
 * is; undefined when there is none. Commands that are not known count as such. Pure.
 */
export function transformerOf(
  copy: Copy,
  { steps }: WalkedStage,
  reloader: Reloader,
): { readonly text: string; readonly line: number } | undefined {
  const found = steps.slice(copy.index + 1).find(({ instruction }) => {
    if (instruction.keyword !== 'RUN') return false;
    const text = argumentText(instruction);
    if (text.includes('<<')) return true;
    return shellCommands(text).some((words) => !isHarmless(words.join(' '), reloader));
  });
  return found && { text: shortened(found.instruction.text), line: found.instruction.line };
}

function isHarmless(command: string, { compiles }: Reloader): boolean {
  const plain = command.replace(/^([A-Za-z_]\w*=\S* )+/, '').replace(/^(if|then|else|fi|do|done|!) ?/, '');
  if (plain === '' || HARMLESS.some((pattern) => pattern.test(plain))) return true;
  return compiles && WARMING.test(plain);
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
