import { describe, expect, test } from 'vitest'
import { readState } from '../../../../engine/rollout/database/read-state.ts'

const said = (...lines: readonly string[]): string =>
  ['epoch\t3 db1', 'flavor\tmariadb', 'unit\tactive', ...lines].join('\n')

describe('a server that does not answer', () => {
  test('says why', () =>
    expect(readState(said("ERROR 2002 (HY000): Can't connect"))).toEqual({
      ...{ unit: 'active', epoch: { number: 3, writer: 'db1' }, server: null, copy: null },
      silence: "ERROR 2002 (HY000): Can't connect",
    }))

  test('to all that it is asked does not answer', () =>
    expect(readState(said('version\t11.8.9-MariaDB', 'read_only\t1', 'stuck\tit gives no answer within 10 s'))).toEqual(
      {
        ...{ unit: 'active', epoch: { number: 3, writer: 'db1' }, server: null, copy: null },
        silence: 'it gives no answer within 10 s',
      },
    ))
})

describe('what keeps a replica from applying', () => {
  const status = 'Replica_IO_State\tSource_Host\tReplica_IO_Running\tReplica_SQL_Running\tLast_IO_Error\tLast_SQL_Error'
  const replica = [status, "\t192.0.2.1\tYes\tNo\t\tsee a worker's"].join('\n')
  const troubleOf = (...lines: readonly string[]) =>
    readState(said('version\t9.7.4', ...lines, replica)).server?.source?.trouble

  test('is told by its status', () => expect(troubleOf()).toBe("see a worker's"))

  test('is told by the one of several appliers that met it', () =>
    expect(troubleOf("applier_error\tCan't find record in 'orders'")).toBe("Can't find record in 'orders'"))
})

test('what came from several servers is one set that a server takes back', () => {
  const status = ['Replica_IO_State\tSource_Host\tRetrieved_Gtid_Set', '\t192.0.2.1\taa:1-5,\\nbb:3-9'].join('\n')
  expect(readState(said('version\t9.7.4', status)).server?.source?.received).toBe('aa:1-5,bb:3-9')
})
