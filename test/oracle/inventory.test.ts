import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { graph, hostJson, listJson, loadInventory } from '../../engine/inventory/index.ts'
import { type InventoryCase, inventoryCase, writeCase } from './inventory-cases.ts'

/*
 * Debian's ansible-inventory judges: whatever it makes of an inventory, Fettle must make of it as well.
 * FETTLE_ORACLE_RUNS sets how many inventories are generated.
 */

const runs = Number(process.env.FETTLE_ORACLE_RUNS ?? 20)

const ansible = async (inventory: string, ...options: readonly string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)('/usr/bin/ansible-inventory', ['-i', inventory, ...options], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', LC_ALL: 'C.UTF-8', ANSIBLE_LOCAL_TEMP: tmpdir() },
  })
  return stdout
}

const inFolder = async (files: InventoryCase, judge: (inventory: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-oracle-'))
  try {
    await judge(writeCase(folder, files))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('the list and the graph are those of ansible-inventory', { timeout: 60_000 + runs * 2_000 }, async () => {
  const property = fc.asyncProperty(inventoryCase, (files) =>
    inFolder(files, async (path) => {
      const [list, tree, inventory] = await Promise.all([
        ansible(path, '--list'),
        ansible(path, '--graph'),
        loadInventory(path),
      ])
      expect(JSON.parse(listJson(inventory))).toEqual(JSON.parse(list))
      expect(`${graph(inventory)}\n`).toBe(tree)
    }),
  )
  await fc.assert(property, { numRuns: runs, endOnFailure: true })
})

const scalars = [
  ...[
    'yes',
    'Yes',
    'yEs',
    'no',
    'NO',
    'on',
    'Off',
    'y',
    'n',
    'true',
    'TRUE',
    'tRue',
    '~',
    'null',
    'Null',
    'nULL',
    '""',
    "'1'",
  ],
  ...[
    '0',
    '-0',
    '+1',
    '017',
    '-017',
    '08',
    '0o17',
    '0b101',
    '0x1f',
    '-0x1F',
    '0x',
    '1_000',
    '_1',
    '1:30',
    '-1:30',
    '1:60',
    '12:30:45',
  ],
  ...[
    '1.',
    '.5',
    '-.5',
    '+1.5',
    '1e3',
    '1.5e3',
    '1.5e+3',
    '1_0.5',
    '1:30.5',
    '.e+1',
    '1.2.3',
    '10.0.0.1',
    '2001-01-01',
    '!!str 1',
    '!!int "3"',
  ],
  ...[
    'a b',
    '"\\u00e9\\n"',
    "'it''s'",
    '[1, a, [no]]',
    '{a: 1, 2: b, yes: c, ~: d}',
    '&x {k: 1}',
    '*x',
    '{<<: *x, j: 2}',
    '{<<: [{k: 3}, *x]}',
  ],
  ...['|\n        two\n         lines\n', '>-\n        folded\n        text\n'],
]

test('YAML values are read as Ansible reads them', { timeout: 60_000 }, async () => {
  const lines = scalars.map((text, index) => `      v${index}: ${text}\n`)
  const files = { 'hosts.yml': `all:\n  hosts:\n    alpha:\n${lines.join('')}` }
  await inFolder({ entry: 'hosts.yml', files }, async (path) => {
    const found: unknown = JSON.parse(hostJson(await loadInventory(path), 'alpha'))
    expect(found).toEqual(JSON.parse(await ansible(path, '--host', 'alpha')))
  })
})
