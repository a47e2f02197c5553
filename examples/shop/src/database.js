import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import mysql from 'mysql2/promise'

/** Milliseconds for which something is tried again: longer than another server takes to become the writer. */
const patience = 15_000
const pause = 50

/** The writer is being replaced, or it has just been: nothing that the statement itself is to blame for. */
const passing = [
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'EPIPE', 'PROTOCOL_CONNECTION_LOST', 'POOL_CLOSED'],
  ...['ER_OPTION_PREVENTS_STATEMENT', 'ER_CONNECTION_KILLED', 'ER_QUERY_INTERRUPTED', 'ER_SERVER_SHUTDOWN'],
  ...['ER_NEW_ABORTING_CONNECTION', 'ER_CON_COUNT_ERROR', 'HANDSHAKE_SSL_ERROR'],
]

const isPassing = (error) => error.fatal === true || passing.includes(error.code)

/** A server that follows has not heard of it yet. */
const isUnheardOf = (error) => ['ER_NO_SUCH_TABLE', 'ER_BAD_DB_ERROR'].includes(error.code)

/**
 * One way to a cluster, over any of its addresses: the next one takes over where one fails. Only for what may be done
 * twice, since nobody knows whether a statement whose connection was lost has been done.
 */
const wayTo = (hosts, options) => {
  const pools = hosts.map((host) => mysql.createPool({ ...options, host }))
  let current = 0
  const ask = async (sql, values) => {
    const end = Date.now() + patience
    for (;;) {
      const tried = current
      try {
        return (await pools[tried].query(sql, values))[0]
      } catch (error) {
        if (!isPassing(error) || Date.now() > end) throw error
        if (current === tried) current = (tried + 1) % pools.length
        await wait(pause)
      }
    }
  }
  return { ask, close: () => Promise.all(pools.map((pool) => pool.end())) }
}

/** A cluster: the server that takes writes, and those that follow it, which may be behind. */
export const openDatabase = ({ hosts, writerPort, readerPort, name, user, password, authority }) => {
  const ssl = authority ? { ca: readFileSync(authority), verifyIdentity: true } : undefined
  const options = { database: name, user, password, ssl, connectionLimit: 4, connectTimeout: 2000 }
  const writer = wayTo(hosts, { ...options, port: writerPort })
  const readers = wayTo(hosts, { ...options, port: readerPort })

  const read = (sql, values) =>
    readers.ask(sql, values).catch((error) => {
      if (isUnheardOf(error)) return []
      throw error
    })

  return {
    /** Changes something, in a way that does no harm when it comes twice. */
    write: writer.ask,
    /** The rows that readers have. Where they have none, the writer is asked: it may have them since a moment ago. */
    find: async (sql, values) => {
      const found = await read(sql, values)
      return found.length > 0 ? found : writer.ask(sql, values)
    },
    close: () => Promise.all([writer.close(), readers.close()]),
  }
}
