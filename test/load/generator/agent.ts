import { Agent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'

/** Less than any server waits, so that it is the client that lets an idle connection go. */
const idleMs = 1000

/** Keeps connections for the next request. Node takes one that the server has closed out of the pool. */
export const keepingAgent = (url: string): Agent =>
  new (url.startsWith('https:') ? SecureAgent : Agent)({ keepAlive: true, timeout: idleMs })
