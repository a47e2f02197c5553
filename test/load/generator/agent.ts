import { Agent } from 'node:http'

/** Less than any server waits, so that it is the client that lets an idle connection go. */
const idleMs = 1000

/** Keeps connections for the next request. Node takes one that the server has closed out of the pool. */
export const keepingAgent = (): Agent => new Agent({ keepAlive: true, timeout: idleMs })
