import { execFileSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { openTerminal, type Size, type Terminal } from './tmux.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const play = `${process.execPath} ${here('../../node_modules/tsx/dist/cli.mjs')} ${here('./play.ts')}`

/** Looks again and again until the program is over. */
const watch = async (terminal: Terminal, look: (view: readonly string[]) => void): Promise<void> => {
  while (!terminal.isOver()) {
    look(terminal.view())
    await pause(40)
  }
}

const open = (command: string, size: Size): Terminal => {
  const terminal = openTerminal(command, size)
  onTestFinished(() => terminal.close())
  return terminal
}

/** The lines that change in place: from the first busy host to the line of totals. */
const regionOf = (view: readonly string[]): readonly string[] => {
  const last = view.findLastIndex((line) => /^ {2}\.\.\. \d+ of \d+ /.test(line))
  const above = view.slice(0, last).findLastIndex((line) => !/^ {6}(?:lb|web|and )\d+/.test(line))
  return last < 0 ? [] : view.slice(above + 1, last + 1)
}

test.each([
  { columns: 80, rows: 12 },
  { columns: 200, rows: 12 },
])('300 hosts in a window of $columns columns and $rows rows', async (size) => {
  const terminal = open(`${play} 300 4`, size)
  const heights = new Set<number>()
  await watch(terminal, (view) => heights.add(regionOf(view).length))
  expect(Math.max(...heights)).toBe(size.rows - 2)
  const [view, all] = [terminal.view().join('\n'), terminal.scrollback()]
  expect(view).toContain('error[step.failed] on web150')
  expect(view).toContain('1 failed (web150)')
  expect(view).toContain('Try these again: fettle provision --limit @last-failed')
  expect(all).not.toMatch(/at work|and \d+ more hosts|beginning|connecting$/m)
  expect(all.match(/^ {4}x package:nginx/gm)).toHaveLength(1)
  expect(all).toContain('Plan: 200 of 299 hosts to change')
})

test('a window that changes its size keeps no trace of what was running', async () => {
  const terminal = open(`${play} 300 4`, { columns: 120, rows: 20 })
  const sizes = [
    { columns: 50, rows: 14 },
    { columns: 150, rows: 16 },
    { columns: 80, rows: 24 },
  ]
  await watch(terminal, (view) => {
    const next = regionOf(view).length > 3 ? sizes.shift() : undefined
    if (next) terminal.resize(next)
  })
  expect(sizes).toEqual([])
  expect(terminal.scrollback()).not.toMatch(/at work|and \d+ more hosts|(?:beginning|connecting) *$/m)
})

test('a reader that leaves early, as head does, ends nothing and says nothing', () => {
  const script = `{ ${play} 300 0; echo "exit $?" >&2; } | head -n 3`
  const said = execFileSync('sh', ['-c', `{ ${script}; } 2>&1`], { encoding: 'utf8' })
  expect(said.split('\n').filter(Boolean).sort()).toEqual(['Remove', 'demo: 300 hosts', 'exit 0'].sort())
})
