import type { Command } from 'commander'
import { withHostOptions } from '../options.ts'

/** Commands about the certificates that visitors see. */
export const registerCerts = (program: Command): void => {
  const certs = withHostOptions(program.command('certs'))
    .description('certificates of websites on each balancer; exit status 3 where one is not in order')
    .helpCommand('help [command]', 'show how one is used')
    .action(async (options) => (await import('./list.ts')).list(options))

  withHostOptions(certs.command('check'))
    .description('the same, and a handshake from here with each balancer for each name')
    .option('--ca <file>', 'trust these authorities (PEM) instead of the public ones')
    .action(async (_, command) => (await import('./check.ts')).check(command.optsWithGlobals()))

  withHostOptions(certs.command('renew [names...]'))
    .description('have hosts renew certificates now, due or not')
    .option('-y, --yes', 'do not ask')
    .option('--confirm <environment>', 'as for provision')
    .action(async (names, _, command) => (await import('./renew.ts')).renew(names, command.optsWithGlobals()))
}
