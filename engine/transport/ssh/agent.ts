import type { BaseAgent, ParsedKey } from 'ssh2'
import type { Ssh2 } from './ssh2.ts'

/** The public keys that the agent at a socket holds; null when no agent answers there. */
export const agentKeys = (socket: string, { OpenSSHAgent }: Ssh2): Promise<readonly ParsedKey[] | null> =>
  new Promise((resolve) => {
    // ssh2 hands out parsed keys, whatever its types allow.
    new OpenSSHAgent(socket).getIdentities((error, keys) => resolve(error || !keys ? null : (keys as ParsedKey[])))
  })

/** The agent at a socket, seeming to hold these keys only: a server counts each key that is offered. */
export const agentWith = (keys: readonly ParsedKey[], socket: string, { OpenSSHAgent }: Ssh2): BaseAgent =>
  new (class extends OpenSSHAgent {
    override getIdentities(answer: Parameters<BaseAgent<ParsedKey>['getIdentities']>[0]): void {
      answer(null, [...keys])
    }
  })(socket)
