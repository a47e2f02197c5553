import type { Command } from 'commander'
import { withChange, withHostOptions } from '../options.ts'

const withRollout = (command: Command): Command => withChange(withHostOptions(command))

/** Commands about apps and their releases. APP may be left out where there is one. */
export const registerDeploying = (program: Command): void => {
  withRollout(program.command('deploy [app]'))
    .description('build a release and bring it to all hosts of an app, without a failed request')
    .requiredOption('--version <version>', 'a git ref of the source, or the name of what is built')
    .option('--artifact <file>', 'a finished .tar.gz, instead of building')
    .option('--as-is', 'build the folder as it is, whatever git says of it')
    .option('--contracts', 'its migration takes away what the release before needs: there is no way back')
    .option('--supersede', 'in place of a rollout that has not ended')
    .action(async (app, options) => (await import('./deploy.ts')).deploy(app, options))

  withRollout(program.command('rollback [app]'))
    .description('bring all hosts of an app back to a release that was healthy')
    .option('--to <release>', 'this release or version (default: the one before)')
    .action(async (app, options) => (await import('./go-on.ts')).rollback(app, options))

  withRollout(program.command('resume [app]'))
    .description('go on with a rollout that has not ended')
    .action(async (app, options) => (await import('./go-on.ts')).resume(app, options))

  withRollout(program.command('abort [app]'))
    .description('take a rollout that has not ended back')
    .action(async (app, options) => (await import('./go-on.ts')).abort(app, options))

  withHostOptions(program.command('releases [app]'))
    .description('which releases of an app are on its hosts')
    .action(async (app, options) => (await import('./releases.ts')).releases(app, options))

  withHostOptions(program.command('maintenance <on|off> [app]'))
    .description('let the balancers of an app answer that it is back soon, or no longer')
    .option('--wait', 'wait for others who are changing these hosts')
    .action(async (state, app, options) => (await import('./maintenance.ts')).maintenance(state, app, options))
}
