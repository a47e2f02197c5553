import type { Writable } from 'node:stream'
import { createJson } from './json.ts'
import { createOutput } from './output.ts'
import { createPlain } from './plain.ts'
import type { Renderer } from './renderer.ts'
import { createTerminal } from './terminal.ts'

export interface RendererOptions {
  /** `terminal` only where stdout is one. */
  readonly mode: 'terminal' | 'plain' | 'json'
  readonly stdout: Writable
  readonly stderr: Writable
  /** Asked anew each time, as windows change their size. 80 where it is not known. */
  readonly columns: () => number
  /** 24 where it is not known. */
  readonly rows: () => number
  readonly color: boolean
  /** How often `-v` was given. */
  readonly verbose: number
}

export const createRenderer = (options: RendererOptions): Renderer => {
  const stdout = createOutput(options.stdout)
  const stderr = createOutput(options.stderr)
  const renderer = rendererFor(options, stdout.write, stderr.write)
  return {
    ...renderer,
    close: () => {
      renderer.close()
      stdout.release()
      stderr.release()
    },
  }
}

type Write = (text: string) => void

const rendererFor = (options: RendererOptions, stdout: Write, stderr: Write): Renderer => {
  const { color, verbose } = options
  switch (options.mode) {
    case 'terminal':
      return createTerminal({
        write: stdout,
        columns: () => known(options.columns(), 80),
        rows: () => known(options.rows(), 24),
        onResize: (listener) => {
          options.stdout.on('resize', listener)
          return () => options.stdout.off('resize', listener)
        },
        color,
        verbose,
      })
    case 'plain':
      return createPlain({ write: stdout, look: { columns: Number.POSITIVE_INFINITY, color, verbose } })
    case 'json':
      return createJson({
        write: stdout,
        tell: stderr,
        look: { columns: Number.POSITIVE_INFINITY, color, verbose },
      })
    default:
      return options.mode satisfies never
  }
}

const known = (size: number | undefined, otherwise: number): number => (size && size > 0 ? Math.floor(size) : otherwise)
