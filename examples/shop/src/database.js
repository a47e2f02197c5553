import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import mysql from 'mysql2/promise'

/** Milliseconds for which something is tried again: longer than another server takes to become the writer. */
const patience = 15_000
const pause = 50

/** The writer is being replaced, or it has just been: nothing that the statement itself is to blame for. */
const passing = [
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'PROTOCOL_CONNECTION_LOST', 'POOL_CLOSED'],
  ...['ER_OPTION_PREVENTS_STATEMENT', 'ER_CONNECTION_KILLED', 'ER_QUERY_INTERRUPTED', 'ER_SERVER_SHUTDOWN'],
  ...['ER_NEW_ABORTING_CONNECTION', 'ER_CON_COUNT_ERROR', 'HANDSHAKE_SSL_ERROR'],
]

const isPassing = (error) => error.fatal === true || passing.includes(error.code)

/** Only for what may be done twice: nobody knows whether a statement whose connection was lost has been done. */
const again = async (act) => {
  const end = Date.now() + patience
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (!isPassing(error) || Date.now() > end) throw error
      await wait(pause)
    }
  }
}

/** Two ways to one cluster: to the server that takes writes, and to those that follow it, which may be behind. */
export const openDatabase = ({ host, writerPort, readerPort, name, user, password, authority }) => {
  const ssl = authority ? { ca: readFileSync(authority), verifyIdentity: true } : undefined
  const pool = (port) =>
    mysql.createPool({ host, port, database: name, user, password, ssl, connectionLimit: 4, connectTimeout: 2000 })
  const [writer, readers] = [pool(writerPort), pool(readerPort)]
  const rowsOf = async (servers, sql, values) => (await servers.query(sql, values))[0]
  return {
    write: (sql, values) => again(() => rowsOf(writer, sql, values)),
    /** What was written a moment ago may not be there yet. */
    read: (sql, values) => again(() => rowsOf(readers, sql, values)),
    /** With everything that was ever written. */
    readNewest: (sql, values) => again(() => rowsOf(writer, sql, values)),
    close: () => Promise.all([writer.end(), readers.end()]),
  }
}
