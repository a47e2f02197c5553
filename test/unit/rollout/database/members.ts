import type { DatabaseAnswer, DatabaseHost, DatabaseSource } from '../../../../engine/core/database.ts'
import type { Member } from '../../../../engine/rollout/database/member.ts'

const addresses: Readonly<Record<string, string>> = { db1: '10.0.0.1', db2: '10.0.0.2', db3: '10.0.0.3' }

const place = (name: string) => ({
  name,
  address: addresses[name] ?? '10.0.0.9',
  port: 3306,
  verifies: true,
  semiSync: false,
})

const server: DatabaseAnswer = {
  flavor: 'mariadb',
  version: '11.8.3-MariaDB-0+deb13u1',
  own: '1',
  writable: false,
  position: '0-1-205',
  executed: '0-1-205',
  databases: 1,
  source: null,
  lag: 0.3,
  semiSync: { wanted: false, waiting: false, replicas: 0 },
}

/** A member of which db1 is the writer by promotion 3, unless something else is said. */
export const member = (name: string, told: Partial<DatabaseAnswer> = {}, host: Partial<DatabaseHost> = {}): Member => ({
  ...place(name),
  seen: {
    unit: 'active',
    epoch: { number: 3, writer: 'db1' },
    copy: null,
    silence: '',
    server: { ...server, own: name.slice(2), ...told },
    ...host,
  },
})

export const writer = (name: string, told: Partial<DatabaseAnswer> = {}): Member =>
  member(name, { writable: true, ...told })

export const replica = (
  name: string,
  told: Partial<DatabaseAnswer> = {},
  source: Partial<DatabaseSource> = {},
  host: Partial<DatabaseHost> = {},
): Member => {
  const following: DatabaseSource = {
    ...{ address: '10.0.0.1', port: 3306, receiver: 'running', applier: 'running' },
    ...{ trouble: '', received: '0-1-205', verifies: true },
    ...source,
  }
  return member(name, { source: following, ...told }, host)
}

export const lost = (name: string): Member => ({
  ...place(name),
  seen: { code: 'host.unreachable', message: 'no answer' },
})

export const silent = (name: string, unit = 'failed'): Member => ({
  ...place(name),
  seen: { unit, epoch: { number: 3, writer: 'db1' }, copy: null, server: null, silence: "Can't connect" },
})
