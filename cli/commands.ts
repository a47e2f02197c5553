import type { Command } from 'commander'
import { withHostOptions, withSiteOptions } from './options.ts'

/**
 * The tree of commands. What a command needs is loaded when it runs, so that a short one stays short.
 */
export const registerCommands = (program: Command): void => {
  provisioning(program)
  looking(program)
  reaching(program)
  lab(program)
}

const provisioning = (program: Command): void => {
  withHostOptions(program.command('plan'))
    .description('show what provision would do; exit status 2 if anything')
    .option('--roles <names>', 'only these roles, separated by commas')
    .action(async (options) => (await import('./plan.ts')).plan(options))

  withHostOptions(program.command('provision'))
    .description('bring hosts into their described state: plan, ask, do, look again')
    .option('--roles <names>', 'only these roles, separated by commas')
    .option('-y, --yes', 'do not ask')
    .option('--confirm <environment>', 'the name of a production environment, instead of typing it')
    .option('--retire <roles>', 'remove what these roles left on hosts that no longer have them')
    .action(async (options) => (await import('./provision.ts')).provision(options))
}

const looking = (program: Command): void => {
  const inventory = withSiteOptions(program.command('inventory'))
    .description('show the inventory as Fettle reads it')
    .option('--list', 'all hosts with their variables, as Ansible’s JSON')
    .option('--graph', 'groups and hosts as a tree')
    .option('--host <name>', 'the variables of one host')
    .action(async (options) => (await import('./inventory.ts')).inventory(options))

  inventory
    .command('explain <host> <setting>')
    .description('where a setting comes from: every candidate with its place, the winner marked')
    .action(async (host, setting, _, command) =>
      (await import('./inventory.ts')).explain(host, setting, command.optsWithGlobals()),
    )

  program
    .command('roles [name]')
    .description('what roles there are, and the settings of one')
    .option('--markdown', 'the whole reference, as in docs/roles.md')
    .action(async (name, options) => (await import('./roles.ts')).showRoles(name, options))
}

const reaching = (program: Command): void => {
  withHostOptions(program.command('facts <host>'))
    .description('what Fettle knows of a host')
    .action(async (host, options) => (await import('./facts.ts')).facts(host, options))

  withHostOptions(program.command('exec <command...>'))
    .description('run a command as root on hosts: fettle exec -l web -- uptime')
    .option('--timeout <seconds>', 'give up after this', Number)
    .action(async (command, options) => (await import('./exec.ts')).exec(command, options))

  withSiteOptions(program.command('ssh <host> [command...]'))
    .description('log in to a host as Fettle would')
    .action(async (host, command, options) => (await import('./ssh.ts')).ssh(host, command, options))
}

const lab = (program: Command): void => {
  const group = program.command('lab').description('practice hosts on this machine: real Debian, real systemd')
  const action = (name: string, description: string) =>
    group.command(name).description(description).option('-i, --inventory <file>', 'lab inventory', 'inventory/lab.yml')
  const run =
    (name: string) =>
    async (...args: unknown[]) =>
      (await import('./lab.ts')).lab(name, args)

  action('up [hosts...]', 'start practice hosts').action(run('up'))
  action('down', 'stop them and leave nothing running')
    .option('--purge', 'delete their disks and keys too')
    .action(run('down'))
  action('status', 'which are there, and how they are').action(run('status'))
  action('ssh <host> [command...]', 'log in to one').action(run('ssh'))
  action('reset <host>', 'make it as new').action(run('reset'))
  action('reboot <host>', 'restart it').action(run('reboot'))
  action('freeze <host>', 'let it hang').action(run('freeze'))
  action('thaw <host>', 'let it go on').action(run('thaw'))
  action('cut <a> <b>', 'cut the network between two of them').action(run('cut'))
  action('heal', 'mend every cut').action(run('heal'))
}
