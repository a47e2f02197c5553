import type { Command } from 'commander'
import { seconds, withHostOptions, withInventory, withSiteOptions } from './options.ts'

/**
 * The tree of commands. What a command needs is loaded when it runs, so that a short one stays short.
 */
export const registerCommands = (program: Command): void => {
  provisioning(program.commandsGroup('Change hosts:'))
  reaching(program.commandsGroup('Reach hosts:'))
  looking(program.commandsGroup('Read the site:'))
  practising(program.commandsGroup('Practise:'))
  program.commandsGroup('Help:')
}

const provisioning = (program: Command): void => {
  withHostOptions(program.command('plan'))
    .description('show what provision would do; exit status 2 if anything')
    .option('--roles <names>', 'only these roles, separated by commas')
    .option('--retire <roles>', 'as for provision')
    .action(async (options) => (await import('./plan.ts')).plan(options))

  withHostOptions(program.command('provision'))
    .description('bring hosts into their described state: plan, ask, do, look again')
    .option('--roles <names>', 'only these roles, separated by commas')
    .option('-y, --yes', 'do not ask')
    .option('--confirm <environment>', 'the name of a production environment, instead of typing it')
    .option('--retire <roles>', 'remove what these roles left on hosts that no longer have them')
    .action(async (options) => (await import('./provision.ts')).provision(options))
}

const reaching = (program: Command): void => {
  withHostOptions(program.command('facts <host>'))
    .description('what Fettle knows of a host')
    .action(async (host, options) => (await import('./facts.ts')).facts(host, options))

  withHostOptions(program.command('exec <command...>'))
    .description('run a command as root on hosts: fettle exec -l web -- uptime')
    .option('--timeout <seconds>', 'give up after this', seconds)
    .passThroughOptions()
    .action(async (command, options) => (await import('./exec.ts')).exec(command, options))

  withSiteOptions(program.command('ssh <host> [command...]'))
    .description('log in to a host as Fettle would')
    .passThroughOptions()
    .action(async (host, command, options) => (await import('./ssh.ts')).ssh(host, command, options))
}

const looking = (program: Command): void => {
  const inventory = withSiteOptions(program.command('inventory'))
    .description('show the inventory as Fettle reads it')
    .option('--list', 'all hosts with their variables, as Ansible’s JSON')
    .option('--graph', 'groups and hosts as a tree (default)')
    .option('--host <name>', 'the variables of one host')
    .helpCommand('help [command]', 'show how one is used')
    .action(async (options) => (await import('./inventory.ts')).inventory(options))

  withSiteOptions(inventory.command('explain <host> <setting>'))
    .description('where a setting comes from: every candidate with its place, the winner marked')
    .action(async (host, setting, _, command) =>
      (await import('./inventory.ts')).explain(host, setting, command.optsWithGlobals()),
    )

  program
    .command('roles [name]')
    .description('what roles there are, and the settings of one')
    .option('--markdown', 'the whole reference, as in docs/roles.md')
    .option('--json', 'one JSON object per line: name, summary, JSON schema of the settings')
    .action(async (name, options) => (await import('./roles.ts')).showRoles(name, options))
}

const practising = (program: Command): void => {
  const lab = program.command('lab').description('practice hosts on this machine: real Debian, real systemd')
  lab.helpCommand('help [command]', 'show how one is used')
  const command = (words: string, description: string) => {
    const name = words.split(' ', 1)[0] as string
    return withInventory(lab.command(words))
      .description(description)
      .action(async (...received) => (await import('./lab.ts')).lab(name, received))
  }
  command('up [hosts...]', 'start practice hosts: those of the inventory, or these of them')
  command('down', 'stop them and leave nothing running').option('--purge', 'delete their disks and keys too')
  command('status', 'which are there, and how they are').option('--json', 'one JSON object per line')
  command('ssh <host> [command...]', 'log in to one').passThroughOptions()
  command('reset <host>', 'make it as new')
  command('reboot <host>', 'restart it')
  command('freeze <host>', 'let it hang')
  command('thaw <host>', 'let it go on')
  command('cut <a> <b>', 'cut the network between two of them, or between one and "controller"')
  command('heal', 'mend every cut')
}
