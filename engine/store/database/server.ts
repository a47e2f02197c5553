import type { Client } from 'pg'
import { FettleError } from '../../core/error.ts'
import { type Database, type Parameter, type Queries, withTransactions } from './database.ts'
import { isOfStatement } from './sqlstate.ts'

/** Milliseconds. */
const connectDeadline = 10_000

/** Types whose values are told as text by default: whole numbers of eight bytes. */
const wide = 20

/** A PostgreSQL server, over one connection. Errors: `store.failed`. */
export const openServer = async (url: string): Promise<Database> => {
  const { default: pg } = await import('pg')
  const client = makeClient(pg.Client, url)
  client.setTypeParser(wide, Number)
  // A connection that is lost between two queries is told by the next one.
  client.on('error', () => {})
  await client.connect().catch((error) => {
    throw failed(error, `the PostgreSQL server of DATABASE_URL does not let us in: ${placeOf(client)}`)
  })
  const queries = queriesOf(client)
  return { ...queries, ...withTransactions(queries), close: () => client.end() }
}

const makeClient = (Constructor: typeof Client, url: string): Client => {
  try {
    return new Constructor({ connectionString: url, connectionTimeoutMillis: connectDeadline, ...about })
  } catch (error) {
    throw failed(error as Error, 'DATABASE_URL is not the URL of a PostgreSQL server')
  }
}

const about = { application_name: 'fettle' }

/** Without the password. */
const placeOf = ({ user, database, host, port }: Client): string => `${user} at ${host}:${port}, database ${database}`

const queriesOf = (client: Client): Queries => {
  const ask = async (sql: string, parameters?: readonly Parameter[]) => {
    try {
      return await client.query(sql, parameters && [...parameters])
    } catch (error) {
      throw isOfStatement(error) ? error : failed(error as Error, 'the PostgreSQL server of DATABASE_URL refuses')
    }
  }
  return {
    query: async (sql, parameters = []) => (await ask(sql, parameters)).rows,
    run: async (sql) => {
      await ask(sql)
    },
  }
}

const failed = (error: Error, message: string): FettleError =>
  new FettleError(
    {
      code: 'store.failed',
      message,
      detail: error.message,
      hint: 'runs go on without it; unset DATABASE_URL to use the memory in the site’s folder',
    },
    error,
  )
