import { compare, inOrder, type Plan } from '../core/plan.ts'
import { declarer, type Resource } from '../core/resource.ts'
import { identifier } from '../core/sql.ts'
import type { DatabaseFound } from '../facts/database/found.ts'
import { check } from './check.ts'
import { type DatabaseTarget, observeServer, type Tended, tell } from './database/target.ts'

/** A database of a cluster. What is in it is its owners' alone. */
interface Present {
  readonly state: 'present'
  readonly server: DatabaseTarget
  readonly name: string
  /** Of tables that do not say it themselves; tables that are there keep theirs. Default: `utf8mb4`. */
  readonly charset?: string
  /** As `charset`. Default: the server's. */
  readonly collation?: string
}

/** No such database, nor what is in it. */
interface Absent {
  readonly state: 'absent'
  readonly server: DatabaseTarget
  readonly name: string
  /** Stays where it has tables. Only for `test`, which servers used to bring. */
  readonly unlessFull?: true
}

/** Databases are never removed by leaving them out. */
export const databaseResource: Resource<Present | Absent, Tended | null> = {
  kind: 'database',
  identity: (spec) => spec.name,
  observe: (spec, read) => observeServer(spec.server, read),
  plan: (spec, tended) => {
    if (!tended) return inOrder
    return spec.state === 'present' ? planPresent(spec, tended) : planAbsent(spec, tended)
  },
}

const planPresent = ({ name, charset = 'utf8mb4', collation }: Present, tended: Tended): Plan => {
  const { databases } = tended.server
  const found = databases.find((each) => each.name === name)
  const wanted = { charset, ...(collation !== undefined && { collation }) }
  const differences = compare(found ? { ...found } : {}, { ...(found ? {} : { database: name }), ...wanted })
  if (differences.length === 0) return inOrder
  const verb = found ? 'change' : 'create'
  const collating = collation === undefined ? '' : ` COLLATE ${collation}`
  const statement = `${found ? 'ALTER' : 'CREATE'} DATABASE ${identifier(name)} CHARACTER SET ${charset}${collating};`
  const after: DatabaseFound = { collation: '', ...found, name, ...wanted }
  const others = databases.filter((each) => each !== found)
  return {
    action: verb,
    differences,
    steps: [tell(`${verb} database ${name}`, [statement], tended, { databases: [...others, after] })],
  }
}

const planAbsent = ({ name, unlessFull }: Absent, tended: Tended): Plan => {
  const { databases, tables } = tended.server
  if (!databases.some((each) => each.name === name)) return inOrder
  if (unlessFull && tables.some((table) => table.startsWith(`${name}.`)))
    return { ...inOrder, notices: [`the database ${name} has tables, and is kept: drop it by hand`] }
  const left = { databases: databases.filter((each) => each.name !== name) }
  return {
    action: 'remove',
    differences: [{ what: 'database', from: name, to: null }],
    steps: [tell(`remove database ${name}`, [`DROP DATABASE ${identifier(name)};`], tended, left)],
  }
}

export const checkDatabase = (name: string): void =>
  check(
    /^[\w$-]{1,64}$/.test(name) && !['mysql', 'sys', 'information_schema', 'performance_schema'].includes(name),
    `${JSON.stringify(name)} is not a name for a database of one's own`,
    'letters, digits, _, $ and -',
  )

const declare = declarer(databaseResource)

export const database = {
  /** A database, on the writer of its cluster. */
  present: (spec: Omit<Present, 'state'>) => {
    checkDatabase(spec.name)
    for (const word of [spec.charset ?? 'utf8mb4', spec.collation ?? 'utf8mb4_bin'])
      check(/^\w+$/.test(word), `${JSON.stringify(word)} is not a character set or collation`)
    return declare({ state: 'present', ...spec })
  },
  /** No such database. All that is in it goes. */
  absent: (spec: Omit<Absent, 'state'>) => {
    checkDatabase(spec.name)
    check(!spec.unlessFull || spec.name === 'test', `whether the database ${spec.name} has tables is not looked at`)
    return declare({ state: 'absent', ...spec })
  },
}
