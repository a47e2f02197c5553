import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'

/** What a log-in takes from the machine and the account that it starts from. */
export interface Surroundings {
  readonly user: string
  readonly home: string
  /** Read in this order, where they exist. */
  readonly configFiles: readonly string[]
  /** Makes `ssh` read this file and no other, as its option `-F` does. */
  readonly onlyConfigFile?: string
  /** The agent's socket. */
  readonly agent?: string
}

export const here = (): Surroundings => {
  const home = homedir()
  const agent = process.env.SSH_AUTH_SOCK
  return {
    user: userInfo().username,
    home,
    configFiles: [join(home, '.ssh/config'), '/etc/ssh/ssh_config'],
    ...(agent && { agent }),
  }
}
