import { describe, expect, test } from 'vitest'
import type { SiteView } from '../../../engine/core/host.ts'
import { secretOf } from '../../../engine/core/secret.ts'
import { sizesOf } from '../../../roles/mysql/sizes.ts'
import { facts } from '../converge/support/site.ts'
import { conf, contentOf, db1, db2, lineOf, running, settingsOf, siteOf } from './support/mysql.ts'

const gibibyte = 2 ** 30

describe('its configuration', () => {
  test.each([
    ['mariadb', 'mariadb.conf.d', ['read_only = ON', 'skip_slave_start = ON', 'log_slave_updates = ON']],
    ['mysql', 'mysql.conf.d', ['super_read_only = ON', 'skip_replica_start = ON', 'gtid_mode = ON']],
  ])('%s starts closed', (flavor, folder, lines) => {
    const text = contentOf(`/etc/mysql/${folder}/zz-fettle.cnf`, { flavor })
    for (const line of lines) expect(text.split('\n')).toContain(line)
  })

  test('is open to others only where there are any', () => {
    const users = (from: object) => ({ users: { shop: { password: secretOf('hunter22'), ...from } } })
    const bindOf = (settings: object, servers?: SiteView) => lineOf('bind_address', contentOf(conf, settings, servers))
    expect(bindOf({})).toBe('bind_address = 127.0.0.1')
    expect(bindOf(users({}))).toBe('bind_address = 127.0.0.1')
    expect(bindOf(users({ from: { group: 'web' } }))).toBe('bind_address = *')
    expect(bindOf({ balancers: 'lb' })).toBe('bind_address = *')
    expect(bindOf({ bind: '192.0.2.1' })).toBe('bind_address = 192.0.2.1')
    const pair = { primary: 'db1' }
    expect(
      bindOf(
        pair,
        siteOf([
          [db1, pair],
          [db2, pair],
        ]),
      ),
    ).toBe('bind_address = *')
  })

  test('has the number that its address is, or the one that was said', () => {
    expect(lineOf('server_id', contentOf(conf))).toBe('server_id = 3221225985')
    expect(lineOf('server_id', contentOf(conf, { serverId: 7 }))).toBe('server_id = 7')
  })

  test('ends with what was said besides', () => {
    expect(contentOf(conf, { extra: 'tmp_table_size = 64M\n' })).toMatch(/\n\ntmp_table_size = 64M\n$/)
    expect(contentOf(conf)).toMatch(/\S\n$/)
  })

  test('knows soon that it hears its writer no more', () =>
    expect(lineOf('slave_net_timeout', contentOf(running))).toMatch(/ 4$/))

  test('confirms to the writer where there are others', () => {
    const semiSync = { primary: 'db1', semiSync: { enabled: true, timeout: null } }
    const pair = siteOf([
      [db1, semiSync],
      [db2, semiSync],
    ])
    expect(lineOf('rpl_semi_sync_slave_enabled', contentOf(running, semiSync))).toMatch(/OFF$/)
    expect(lineOf('rpl_semi_sync_slave_enabled', contentOf(running, semiSync, pair))).toMatch(/ON$/)
    expect(contentOf(running, semiSync, pair)).not.toContain('rpl_semi_sync_master_enabled')
    expect(lineOf('rpl_semi_sync_master_timeout', contentOf(running, semiSync, pair))).toMatch(/ 4294967295$/)
  })
})

describe('what it is given of its host', () => {
  test.each<[memory: number, openFiles: number, settings: object, pool: number, connections: number]>([
    [gibibyte, 500_000, {}, 512, 150],
    [4 * gibibyte, 500_000, {}, 2048, 400],
    [64 * gibibyte, 500_000, {}, 32_768, 1990],
    [64 * gibibyte, 4096, {}, 32_768, 100],
    [4 * gibibyte, 500_000, { memory: '200M', maxConnections: 25 }, 128, 25],
    [4 * gibibyte, 500_000, { memory: '3G' }, 3072, 400],
    [2 ** 26, 500_000, {}, 128, 150],
  ])('%d bytes, %d files, %j', (memory, openFiles, settings, pool, connections) => {
    const { bufferPool, maxConnections, redoLog } = sizesOf(settingsOf(settings), { ...facts, memory, openFiles })
    expect({ pool: bufferPool / 2 ** 20, connections: maxConnections }).toEqual({ pool, connections })
    expect(redoLog % 2 ** 20).toBe(0)
  })
})
