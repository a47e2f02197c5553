import { migrate } from '../migrations/migrate.ts'
import type { Database } from './database.ts'
import { type EmbeddedRequest, openEmbedded } from './embedded.ts'
import { openServer } from './server.ts'

export type { Database, Parameter, Queries } from './database.ts'

export interface StoreRequest extends EmbeddedRequest {
  /** Of a PostgreSQL server that keeps it instead. */
  readonly url?: string | undefined
}

/** The memory of runs, its tables as this version knows them. Errors: `store.*`. */
export const openStore = async ({ url, ...embedded }: StoreRequest): Promise<Database> => {
  const database = await (url ? openServer(url) : openEmbedded(embedded))
  try {
    await migrate(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}
