import type { Flavor } from '../../core/database.ts'
import { FettleError } from '../../core/error.ts'
import { groupBy } from '../../core/group-by.ts'
import type { AccountFound, AccountTls, DatabaseObjects, Grant, ServerObjects } from './found.ts'
import { readGrants } from './grants.ts'

/**
 * Reads lines of fields with tabs between them, the first one of which says what they are of. Errors: `fact.failed` where
 * a server answers some questions, and not others.
 */
export const readObjects = (output: string): DatabaseObjects => {
  const lines = output.split('\n')
  const rows = groupBy(
    lines.map((line) => line.split('\t').map(unescaped)),
    ([kind = '']) => kind,
  )
  const of = (kind: string): readonly (readonly string[])[] => rows.get(kind)?.map(([, ...fields]) => fields) ?? []
  const silence = of('end').length > 0 ? '' : (lines.find((line) => line.startsWith('ERROR')) ?? '')
  if (of('version').length > 0 && of('end').length === 0) throw halfAnswered(silence)
  return {
    flavor: (of('flavor')[0]?.[0] ?? null) as Flavor | null,
    hasData: of('data').length > 0,
    isKnown: of('known').length > 0,
    writers: of('writer').map(([cluster = '', host = '']) => ({ cluster, host })),
    server: of('end').length > 0 ? readServer(of, lines) : null,
    silence,
  }
}

const halfAnswered = (detail: string): FettleError =>
  new FettleError({
    code: 'fact.failed',
    message: 'the database server did not answer all that it was asked',
    ...(detail && { detail }),
  })

type Of = (kind: string) => readonly (readonly string[])[]

const readServer = (of: Of, lines: readonly string[]): ServerObjects => {
  const grants = readGrants(of('grant'))
  return {
    version: of('version')[0]?.[0] ?? '',
    closed: !['0', 'OFF'].includes(of('closed')[0]?.[0] ?? ''),
    follows: of('source').length > 0 || lines.indexOf('sources end') - lines.indexOf('sources') > 1,
    databases: of('database').map(([name = '', charset = '', collation = '']) => ({ name, charset, collation })),
    tables: of('table').map(([database, name]) => `${database}.${name}`),
    accounts: of('account').map((fields) => readAccount(fields, grants)),
    variables: Object.fromEntries(of('variable').map(([name = '', value = '']) => [name, value])),
  }
}

const readAccount = (fields: readonly string[], grants: ReadonlyMap<string, readonly Grant[]>): AccountFound => {
  const [user = '', host = '', plugin = '', digest = '', hasOther, tls = 'no', locked] = fields
  return {
    ...{ user, host, plugin, digest },
    hasOther: hasOther === '1',
    tls: tls as AccountTls,
    locked: locked === '1',
    grants: grants.get(`'${user}'@'${host}'`) ?? [],
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '0': '\0' }

/** As the client writes what would break its lines. */
const unescaped = (field: string): string =>
  field.replaceAll(/\\(.)/g, (_, character: string) => escapes[character] ?? character)
