/** What may be given to a query. Objects go as JSON text, which both sides read the same. */
export type Parameter = string | number | boolean | null

export interface Queries {
  query<Row>(sql: string, parameters?: readonly Parameter[]): Promise<readonly Row[]>
  /** Statements without parameters, separated by semicolons. */
  run(sql: string): Promise<void>
}

/** The same PostgreSQL, embedded or on a server. */
export interface Database extends Queries {
  /** All of it or nothing; at a kill, too. */
  transaction<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** Of transactions over one connection, in which nothing else is asked meanwhile. */
export const withTransactions = (queries: Queries): Pick<Database, 'transaction'> => ({
  transaction: async (work) => {
    await queries.run('BEGIN')
    try {
      const result = await work(queries)
      await queries.run('COMMIT')
      return result
    } catch (error) {
      // What went wrong first is told, also where the connection is gone.
      await queries.run('ROLLBACK').catch(() => {})
      throw error
    }
  },
})
