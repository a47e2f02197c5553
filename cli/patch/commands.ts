import { type Command, Option } from 'commander'
import { duration, withChange, withHostOptions } from '../options.ts'

/** How the packages of hosts are upgraded. */
export const registerPatching = (program: Command): void => {
  const reboot = new Option('--reboot <when>', 'auto: hosts that want it; always: all that are patched')
    .choices(['auto', 'never', 'always'])
    .default('auto')
  const soak = new Option('--soak <time>', 'for which a host must stay well before it is sent requests')
    .argParser(duration)
    .default(10_000, '10s')
  withChange(withHostOptions(program.command('patch')))
    .description('upgrade packages and reboot where that is needed, tier by tier, drained and in turn')
    .option('--security', 'only security fixes')
    .addOption(reboot)
    .addOption(soak)
    .action(async (options) => (await import('./patch.ts')).patch(options))
}
