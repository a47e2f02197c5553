import { ownDatabase } from '../core/database.ts'
import { inOrder } from '../core/plan.ts'
import { declarer, type Resource } from '../core/resource.ts'
import { identifier } from '../core/sql.ts'
import { type DatabaseTarget, observeServer, type Tended, tell } from './database/target.ts'
import { checkDatabase } from './database.ts'

/** A table of Fettle's own database, which must be there. */
interface Table {
  readonly server: DatabaseTarget
  readonly name: string
  /** Its columns, in SQL. Only for a new one. */
  readonly columns: string
}

export const databaseTableResource: Resource<Table, Tended | null> = {
  kind: 'database-table',
  identity: ({ name }) => `${ownDatabase}.${name}`,
  observe: (spec, read) => observeServer(spec.server, read),
  plan: ({ name, columns }, tended) => {
    const whole = `${ownDatabase}.${name}`
    if (!tended || tended.server.tables.includes(whole)) return inOrder
    const statement = `CREATE TABLE ${identifier(ownDatabase)}.${identifier(name)} (${columns});`
    const after = { tables: [...tended.server.tables, whole] }
    return {
      action: 'create',
      differences: [{ what: 'table', from: null, to: whole }],
      steps: [tell(`create table ${whole}`, [statement], tended, after)],
    }
  },
}

const declare = declarer(databaseTableResource)

export const databaseTable = {
  /** A table that Fettle needs for itself. */
  present: (spec: Table) => {
    checkDatabase(spec.name)
    return declare(spec)
  },
}
