const secretName = /(token|secret|passw(or)?d|passphrase|api[-_]?key|credential)/i;
const hidden = '***';

/**
 * The command without what its arguments tell of secrets: the value of every option whose name says so
 * (`--api-key x`, `--password=x`, `TOKEN=x`), and user and password in addresses.
 */
export function withoutSecretArguments(command: readonly string[]): string[] {
  let isSecretNext = false;
  return command.map((argument, index) => {
    const isSecret = isSecretNext && !argument.startsWith('--');
    isSecretNext = false;
    if (index === 0) return argument;
    if (isSecret) return hidden;
    const equals = argument.indexOf('=');
    if (equals > 0 && secretName.test(argument.slice(0, equals)))
      return `${argument.slice(0, equals)}=${hidden}`;
    isSecretNext = equals < 0 && /^--?[a-z]/i.test(argument) && secretName.test(argument);
    return argument.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi, `$1${hidden}@`);
  });
}

/** The command as one line that a POSIX shell would read back. */
export function commandLine(command: readonly string[]): string {
  return command
    .map((argument) =>
      /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`,
    )
    .join(' ');
}
