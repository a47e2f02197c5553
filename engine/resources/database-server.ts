import type { Flavor } from '../core/database.ts'
import { client } from '../core/database-client.ts'
import { FettleError, type Problem } from '../core/error.ts'
import { effect, topic } from '../core/fact.ts'
import { compare, inOrder, type Plan } from '../core/plan.ts'
import { declarer, type Resource } from '../core/resource.ts'
import { literal, plainMode } from '../core/sql.ts'
import { script } from '../core/step.ts'
import type { DatabaseObjects } from '../facts/database/found.ts'
import { databaseObjects, runningVariables } from '../facts/database/objects.ts'
import { units } from '../facts/units.ts'
import { check } from './check.ts'
import { type DatabaseTarget, observeRunning, unitOf, writerOf } from './database/target.ts'

/** What a server must be before anything is done with it, and what it is told while it runs. */
interface Server {
  readonly server: DatabaseTarget
  /** Told to it at once, as its configuration tells it at its next start. One that it does not have is passed over. */
  readonly variables: Readonly<Record<string, string>>
}

/** Errors: `database.refused` where another server, or data without one, is in the way. */
export const databaseServerResource: Resource<Server, DatabaseObjects> = {
  kind: 'database-server',
  identity: ({ server }) => server.flavor,
  observe: async ({ server: target }, read) => {
    const [found, unit] = await Promise.all([observeRunning(target, read), read(units, unitOf(target.flavor))])
    const problem = inTheWay(target.flavor, found) ?? (unit.active === 'active' ? silenced(found) : null)
    if (problem) throw new FettleError(problem)
    return found
  },
  plan: (spec, found) => ({ ...planVariables(spec, found), ...noticesOf(spec.server, found) }),
}

const inTheWay = (flavor: Flavor, { flavor: found, hasData, isKnown }: DatabaseObjects): Problem | null => {
  if (found !== null && found !== flavor)
    return {
      code: 'database.refused',
      message: `the host has a server of ${names[found]}, and is described as one of ${names[flavor]}`,
      hint: `say mysql.flavor: ${found}; or move its data, and remove the packages, by hand`,
    }
  if (found !== null || !hasData || isKnown) return null
  return {
    code: 'database.refused',
    message: 'there is data in /var/lib/mysql, and no server that it is of',
    detail: 'nothing was touched',
    hint: 'install its server by hand and see it start; or move the folder away, if nobody needs it',
  }
}

/** It runs, and does not let root in. */
const silenced = ({ flavor, server, silence }: DatabaseObjects): Problem | null => {
  if (flavor === null || server) return null
  return {
    code: 'database.refused',
    message: `${names[flavor]} runs, and does not answer root over its socket`,
    ...(silence && { detail: silence }),
    hint: `give root@localhost back its log-in over the socket: IDENTIFIED ${socketLogins[flavor]}`,
  }
}

const socketLogins: Readonly<Record<Flavor, string>> = { mariadb: 'VIA unix_socket', mysql: 'WITH auth_socket' }

const names: Readonly<Record<Flavor, string>> = { mariadb: 'MariaDB', mysql: 'MySQL' }

const noticesOf = (target: DatabaseTarget, found: DatabaseObjects): Pick<Plan, 'notices'> => {
  const { server } = found
  if (!server?.closed || server.follows || writerOf(target, found) !== target.host) return {}
  return { notices: ['the writer takes no writes, so its databases and accounts are left as they are'] }
}

export const tellVariables = `
${client}
printf '%s\\n' "$@" | sql`

const planVariables = ({ variables }: Server, found: DatabaseObjects): Plan => {
  const running = found.server?.variables ?? {}
  // Where nobody writes, root does not either, except while it changes accounts; it may have been cut short in that.
  const all = { ...(found.server?.closed && { super_read_only: 'ON' }), ...variables }
  const wanted = Object.fromEntries(Object.entries(all).filter(([name]) => running[name] !== undefined))
  const differences = compare(running, wanted)
  if (!found.server || differences.length === 0) return inOrder
  const statements = differences.map(({ what, to }) => `SET GLOBAL ${what} = ${valueText(to ?? '')};`)
  const after = { ...found, server: { ...found.server, variables: { ...running, ...wanted } } }
  return {
    action: 'change',
    differences,
    steps: [
      script(`tell the server ${differences.map(({ what, to }) => `${what} ${to}`).join(', ')}`, tellVariables, {
        args: [plainMode, ...statements],
        effects: [effect(databaseObjects, null, after)],
        touches: [topic(databaseObjects, null)],
      }),
    ],
  }
}

const valueText = (value: string): string => (/^\d+$/.test(value) ? value : literal(value))

const declare = declarer(databaseServerResource)

export const databaseServer = {
  /** A server of this flavor, or none yet; and where one runs, with these variables. */
  present: (spec: Server) => {
    for (const name of Object.keys(spec.variables))
      check(runningVariables.includes(name), `a running server is not told ${name}`, 'put it into the configuration')
    return declare(spec)
  },
}
