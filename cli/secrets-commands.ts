import type { Command } from 'commander'
import { collect, duration, withIdentity, withInventory, withSiteOptions } from './options.ts'

/** What is loaded when one of them runs. */
const load = () => import('./secrets.ts')

export const registerSecrets = (program: Command): void => {
  registerKept(program)
  withIdentity(withSiteOptions(program.command('certificates')))
    .description('what the authority of the site has issued, for whom and until when; no host is asked')
    .option('--within <time>', 'exit status 3 where one that is in use expires within so long: 14d', duration)
    .action(async (options) => (await import('./certificates.ts')).certificates(options))
}

const registerKept = (program: Command): void => {
  const secrets = program.command('secrets').description('keep passwords and keys, encrypted beside the inventory')
  secrets.helpCommand('help [command]', 'show how one is used')
  const command = (words: string, description: string) =>
    withIdentity(withInventory(secrets.command(words)).description(description))

  command('init', 'make a key for you if there is none, and a file of secrets for this environment')
    .option('--recipient <key>', 'somebody else who may open it: age1... (repeatable)', collect)
    .option('--passphrase', 'let a passphrase open it instead of keys')
    .action(async (options) => (await load()).init(options))
  command('edit', 'change them in $EDITOR').action(async (options) =>
    (await import('./secrets-edit.ts')).editSecrets(options),
  )
  command('list', 'their names')
    .option('--json', 'one JSON object per line')
    .action(async (options) => (await load()).list(options))
  command('get <name>', 'print one').action(async (name, options) => (await load()).get(name, options))
  command('set <name>', 'keep one; its value is asked for, or read from standard input').action(async (name, options) =>
    (await load()).set(name, options),
  )
  command('remove <name>', 'forget one').action(async (name, options) => (await load()).remove(name, options))
  command('recipients', 'whose keys open them').action(async (options) => (await load()).recipients(options))
  command('rotate', 'encrypt them anew: for the same keys, or for others')
    .option('--recipient <key>', 'who may open them from now on, and nobody else (repeatable)', collect)
    .option('--passphrase', 'let a new passphrase open them instead of keys')
    .option('--generated', 'replace what was generated, and say which roles will bring it to which hosts')
    .action(async (options) => (await import('./secrets-rotate.ts')).rotate(options))
}
