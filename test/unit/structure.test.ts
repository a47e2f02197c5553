import { describe, expect, test } from 'vitest'
import { circleFaults } from '../../scripts/check-circles.ts'
import { faultsOf, structureFaults } from '../../scripts/check-structure.ts'

test('the house is in order', () => expect(structureFaults()).toEqual([]))

const imports = (target: string) => `import { x } from '${target}'\n`

describe('who may import whom', () => {
  test.each([
    ['engine/converge/a.ts', '../facts/b.ts'],
    ['engine/converge/a.ts', './b.ts'],
    ['engine/rollout/a.ts', '../converge/b.ts'],
    ['engine/resources/a.ts', '../facts/b.ts'],
    ['roles/nginx/index.ts', '../../engine/resources/b.ts'],
    ['roles/nginx/index.ts', './settings.ts'],
    ['cli/render/a.ts', '../../engine/lab/b.ts'],
    ['engine/store/journal.ts', '../core/event.ts'],
  ])('%s: %s', (file, target) => expect(faultsOf(file, imports(target))).toEqual([]))

  test.each([
    ['engine/converge/a.ts', '../resources/file.ts', 'engine/resources/file.ts'],
    ['engine/converge/a.ts', '../rollout/provision.ts', 'engine/rollout/provision.ts'],
    ['engine/facts/a.ts', '../converge/place.ts', 'engine/converge/place.ts'],
    ['engine/core/a.ts', '../facts/path.ts', 'engine/facts/path.ts'],
    ['engine/store/a.ts', '../transport/index.ts', 'engine/transport/index.ts'],
    ['engine/lab/a.ts', '../inventory/index.ts', 'engine/inventory/index.ts'],
    ['engine/rollout/a.ts', '../../cli/main.ts', 'cli/main.ts'],
    ['roles/nginx/index.ts', '../../engine/converge/plan.ts', 'engine/converge/plan.ts'],
    ['engine/converge/a.ts', '../../roles/index.ts', 'roles/index.ts'],
  ])('%s may not import %s', (file, target, edge) => {
    const folder = file
      .split('/')
      .slice(0, -1)
      .join('/')
      .replace(/^roles.*/, 'roles')
    expect(faultsOf(file, imports(target))).toEqual([`${file}: ${folder} may not import ${edge}`])
  })

  test.each([
    ['a type', `import type { X } from '../rollout/x.ts'\n`],
    ['over lines', `import {\n  x,\n  y,\n} from '../rollout/x.ts'\n`],
    ['handed on', `export { x } from '../rollout/x.ts'\n`],
    ['for what it does', `import '../rollout/x.ts'\n`],
    ['while running', `const x = await import('../rollout/x.ts')\n`],
  ])('however it is imported: %s', (_, text) => expect(faultsOf('engine/converge/a.ts', text)).toHaveLength(1))
})

test('only a few files may read the value of a secret', () => {
  const text = "import { reveal } from '../../core/secret.ts'\n"
  expect(faultsOf('engine/converge/perform/place.ts', text)).toEqual([])
  expect(faultsOf('engine/converge/perform/tell.ts', text)).toEqual([expect.stringMatching(/may reveal them$/)])
})

describe('what describes and decides is pure', () => {
  test.each([
    ["import { readFileSync } from 'node:fs'\n", "from 'node:fs'"],
    ["import { setTimeout } from 'node:timers/promises'\n", "from 'node:timers/promises'"],
    ["import { Client } from 'ssh2'\n", "from 'ssh2'"],
    ['export const a = () => process.env.HOME\n', 'process.'],
    ['export const a = () => Date.now()\n', 'Date.now'],
    ['export const a = () => performance.now()\n', 'performance.now'],
    ['setTimeout(() => {}, 1)\n', 'setTimeout'],
  ])('%j', (text, what) => {
    for (const file of ['engine/core/a.ts', 'engine/facts/a.ts', 'engine/resources/a.ts', 'roles/nginx/index.ts'])
      expect(faultsOf(file, text)).toEqual([expect.stringMatching(/ is pure, but uses /)])
    expect(faultsOf('engine/resources/a.ts', text)[0]).toContain(`uses ${what}`)
    expect(faultsOf('engine/lab/a.ts', text)).toEqual([])
  })

  test.each([
    "import { createHash } from 'node:crypto'\n",
    "import { isDeepStrictEqual } from 'node:util'\n",
    '// It reads process.env for nobody.\n',
    'const script = `cat /proc/1/limits; process.exit`\n',
  ])('which this does not hurt: %j', (text) => expect(faultsOf('engine/facts/a.ts', text)).toEqual([]))
})

describe('size', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `  step(${index})`).join('\n')

  test('a file has at most 250 lines', () => {
    expect(faultsOf('cli/a.ts', lines(250))).toEqual([])
    expect(faultsOf('cli/a.ts', lines(251))).toEqual(['cli/a.ts: 251 lines, 250 at most'])
  })

  test.each([
    ['export const a = (): void => {', '}'],
    ['const a = async (x: number): Promise<void> => {', '}'],
    ['export function a() {', '}'],
    ['class A {\n  async a(): Promise<void> {', '  }\n}'],
  ])('a function has at most 40: %s', (head, tail) => {
    expect(faultsOf('cli/a.ts', `${head}\n${lines(38)}\n${tail}\n`)).toEqual([])
    expect(faultsOf('cli/a.ts', `${head}\n${lines(39)}\n${tail}\n`)).toEqual([
      expect.stringMatching(/^cli\/a\.ts:\d: a function of 41 lines, 40 at most$/),
    ])
  })
})

test.each(['console.log(1)', 'console.error(1)', 'process.exit(1)'])('only cli/ says %s', (code) => {
  expect(faultsOf('engine/lab/a.ts', `${code}\n`)).toEqual(['engine/lab/a.ts: only cli/ prints and exits'])
  expect(faultsOf('cli/a.ts', `${code}\n`)).toEqual([])
})

describe('nothing imports itself', () => {
  const faults = (imports: Readonly<Record<string, readonly string[]>>) =>
    circleFaults(new Map(Object.entries(imports)))

  test('through others', () => {
    expect(faults({ a: ['b'], b: ['c'], c: ['a'], d: ['a'] })).toEqual(['a imports b imports c imports a: a circle'])
    expect(faults({ a: ['b'], b: ['a'], c: ['d'], d: ['c'] })).toHaveLength(2)
  })

  test('though two ways lead to a file', () => expect(faults({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).toEqual([]))
})
