import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** A program in a terminal of its own, to be looked at. Needs tmux. */
export interface Terminal {
  /** What is to be seen now. */
  view(): string[]
  /** Everything that was shown and not written over. */
  scrollback(): string
  resize(size: Size): void
  /** Whether the program has come to its end. */
  isOver(): boolean
  close(): void
}

export const openTerminal = (command: string, { columns, rows }: Size): Terminal => {
  const folder = mkdtempSync(join(tmpdir(), 'terminal-'))
  const socket = join(folder, 'tmux')
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' })
  const size = ['-x', String(columns), '-y', String(rows)]
  const keep = ['set-option', '-g', 'history-limit', '10000', ';', 'set-option', '-g', '@over', 'no', ';']
  const ends = `tmux -S ${socket} set-option -g @over yes; exec sleep 600`
  tmux('start-server', ';', ...keep, 'new-session', '-d', ...size, `export LC_ALL=C.UTF-8; ${command}; ${ends}`)
  return {
    view: () => tmux('capture-pane', '-p').split('\n').slice(0, -1),
    scrollback: () => tmux('capture-pane', '-p', '-S', '-'),
    resize: (to) => tmux('resize-window', '-x', String(to.columns), '-y', String(to.rows)),
    isOver: () => tmux('show-options', '-gv', '@over').trim() === 'yes',
    close: () => {
      tmux('kill-server')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
