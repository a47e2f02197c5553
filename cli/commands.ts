import type { Command } from 'commander'
import { registerBackups } from './backup/commands.ts'
import { registerCerts } from './certs/commands.ts'
import { registerDatabases } from './db/commands.ts'
import { registerDeploying } from './deploy/commands.ts'
import { registerJobs } from './jobs-commands.ts'
import { registerBalancers } from './lb/commands.ts'
import { interval, seconds, whole, withHostOptions, withIdentity, withInventory, withSiteOptions } from './options.ts'
import { registerPatching } from './patch/commands.ts'
import { registerRuns } from './runs-commands.ts'
import { registerSecrets } from './secrets-commands.ts'

/**
 * The tree of commands. What a command needs is loaded when it runs, so that a short one stays short.
 */
export const registerCommands = (program: Command): void => {
  const changing = program.commandsGroup('Change hosts:')
  provisioning(changing)
  registerPatching(changing)
  undoing(changing)
  registerDeploying(program.commandsGroup('Deploy apps:'))
  const balancers = program.commandsGroup('Run balancers:')
  registerBalancers(balancers)
  registerCerts(balancers)
  registerDatabases(program.commandsGroup('Run databases:'))
  registerBackups(program.commandsGroup('Back up and restore:'))
  const hosts = program.commandsGroup('Reach hosts:')
  inspecting(hosts)
  reaching(hosts)
  looking(program.commandsGroup('Read the site:'))
  registerRuns(program.commandsGroup('Remember runs:'))
  registerJobs(program.commandsGroup('Run jobs by the clock:'))
  registerSecrets(program.commandsGroup('Keep secrets:'))
  practising(program.commandsGroup('Practise:'))
  program.commandsGroup('Help:')
}

const provisioning = (program: Command): void => {
  withIdentity(withHostOptions(program.command('plan')))
    .description('show what provision would do; exit status 2 if anything')
    .option('--roles <names>', 'only these roles, separated by commas')
    .option('--retire <roles>', 'as for provision')
    .action(async (options) => (await import('./plan.ts')).plan(options))

  withIdentity(withHostOptions(program.command('provision')))
    .description('bring hosts into their described state: plan, ask, do, look again')
    .option('--roles <names>', 'only these roles, separated by commas')
    .option('-y, --yes', 'do not ask')
    .option('--confirm <environment>', 'the name of a production environment, instead of typing it')
    .option('--retire <roles>', 'remove what these roles left on hosts that no longer have them')
    .option('--wait', 'wait for others who are changing these hosts')
    .action(async (options) => (await import('./provision.ts')).provision(options))
}

const undoing = (program: Command): void => {
  withHostOptions(program.command('undo <host> [path]'))
    .description('list the files that Fettle replaced on a host; with a path, give one back as it was')
    .option('--to <number>', 'this one of its earlier versions (default: the newest)', whole)
    .option('-y, --yes', 'do not ask')
    .option('--confirm <environment>', 'as for provision')
    .action(async (host, path, options) => (await import('./undo.ts')).undo(host, path, options))
}

const inspecting = (program: Command): void => {
  withHostOptions(program.command('drift'))
    .description('what is not as described, and since when; exit status 2 if anything')
    .option('--roles <names>', 'only these roles, separated by commas')
    .option('-w, --watch', 'look again and again, and say what is new; the site is read once')
    .option('--every <time>', 'with --watch: from one look to the next, 30s, 5m or 1h', interval, 300_000)
    .action(async (options) => (await import('./drift.ts')).drift(options))

  withIdentity(withHostOptions(program.command('audit')))
    .description('which protections of hosts are in place, and why they are there; exit status 2 if one is not')
    .option('--html <file>', 'also as a page that needs nothing else')
    .action(async (options) => (await import('./audit/audit.ts')).audit(options))

  withHostOptions(program.command('alerts'))
    .description('what is not as it should be, as the hosts know that watch over the site; exit status 3 if anything')
    .action(async (options) => (await import('./alerts.ts')).alerts(options))
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

  withHostOptions(program.command('locks'))
    .description('who is changing which host')
    .action(async (options) => (await import('./locks.ts')).locks(options))

  withHostOptions(program.command('unlock [hosts...]'))
    .description('take the right to change hosts away from whoever has it; asks')
    .option('-y, --yes', 'do not ask')
    .action(async (hosts, options) => (await import('./locks.ts')).unlock(hosts, options))

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

  withHostOptions(program.command('firewall [hosts...]'))
    .description('who may reach which port, and which role says so')
    .option('--verify', 'connect, from here and from host to host, and see whether it is so')
    .action(async (names, options) => (await import('./firewall.ts')).firewall(names, options))

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
  command('off <host>', 'switch it off at once, as a power cut would')
  command('freeze <host>', 'let it hang')
  command('thaw <host>', 'let it go on')
  command('cut <a> <b>', 'cut the network between two of them, or between one and "controller"')
  command('heal', 'mend every cut')
}
