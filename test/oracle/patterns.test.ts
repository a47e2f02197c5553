import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FettleError } from '../../engine/core/error.ts'
import { hostsOf, type Inventory, loadInventory, selectHosts } from '../../engine/inventory/index.ts'
import { inventoryCase, writeCase } from './inventory-cases.ts'

/* Ansible itself selects the hosts of many patterns in one process; Fettle must select the same. */

const script = `
import json, sys
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
def select(manager, pattern):
    try:
        return [host.name for host in manager.get_hosts(pattern)]
    except Exception:
        return []
def answer(case):
    manager = InventoryManager(loader=DataLoader(), sources=[case['path']])
    return [select(manager, pattern) for pattern in case['patterns']]
json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
`

interface Case {
  readonly path: string
  readonly patterns: readonly string[]
}

const askAnsible = (cases: readonly Case[]): readonly (readonly (readonly string[])[])[] => {
  const env = { PATH: '/usr/bin:/bin', HOME: '/nonexistent', LC_ALL: 'C.UTF-8', ANSIBLE_LOCAL_TEMP: tmpdir() }
  const stdio = ['pipe', 'pipe', 'ignore'] as const
  const output = execFileSync('/usr/bin/python3', ['-c', script], {
    input: JSON.stringify(cases),
    env,
    stdio: [...stdio],
  })
  return JSON.parse(String(output))
}

const globs = [
  '*',
  'web*',
  '?e*',
  'db-[ab]*',
  '*[!13]',
  '[a-f]*',
  '~web[12]',
  '~.*[ae]',
  '~(bee|10).*',
  '*.example.com',
  'w?b3',
]

/** Slices only where Ansible's own order is certain: it walks grandchildren in the order of their memory addresses. */
const sliced = (inventory: Inventory): readonly string[] =>
  [...inventory.groups.values()]
    .filter((group) => group.children.every((child) => child.children.length === 0) && hostsOf(group).length > 0)
    .filter((group) => group.name !== 'all')
    .flatMap(({ name }) => ['[0]', '[-1]', '[1]', '[0:1]', '[1:]', '[0:0]'].map((slice) => name + slice))

const known = (inventory: Inventory): readonly string[] =>
  [...inventory.groups.values()].filter((group) => hostsOf(group).length > 0).map(({ name }) => name)

const patternsOf = (inventory: Inventory): fc.Arbitrary<string> => {
  const names = [...known(inventory), ...sliced(inventory), ...globs, ...inventory.hosts.keys()]
  const part = fc.tuple(fc.constantFrom('', '', '', '&', '!'), fc.constantFrom(...names)).map((both) => both.join(''))
  const parts = fc.array(part, { minLength: 1, maxLength: 4 })
  return parts.map((all) => all.join(','))
}

const select = (inventory: Inventory, pattern: string): readonly string[] => {
  try {
    return selectHosts(inventory, pattern)
  } catch (error) {
    if (error instanceof FettleError && error.code === 'limit.unknown') return []
    throw error
  }
}

test('patterns select the hosts that Ansible selects', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-patterns-'))
  try {
    const cases: Case[] = []
    const found: (readonly string[])[][] = []
    for (const [index, files] of fc.sample(inventoryCase, 40).entries()) {
      const path = writeCase(join(folder, String(index)), files)
      const inventory = await loadInventory(path)
      const patterns = [...globs, ...fc.sample(patternsOf(inventory), 25)]
      cases.push({ path, patterns })
      found.push(patterns.map((pattern) => select(inventory, pattern)))
    }
    const expected = askAnsible(cases)
    for (const [index, { patterns, path }] of cases.entries()) {
      // Ansible passes over a glob that matches nothing; Fettle refuses it, except after "!". The globs come first.
      const dead = new Set(globs.filter((_, number) => expected[index]?.[number]?.length === 0))
      for (const [number, pattern] of patterns.entries()) {
        if (pattern.split(',').some((part) => dead.has(part.replace('&', '')))) continue
        const [hosts, wanted] = [found[index]?.[number] ?? [], expected[index]?.[number] ?? []]
        expect({ pattern, path, hosts: hosts.toSorted() }).toEqual({ pattern, path, hosts: wanted.toSorted() })
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
