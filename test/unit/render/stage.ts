import { Writable } from 'node:stream'
import { createRenderer, type RendererOptions } from '../../../cli/render/create-renderer.ts'
import type { Renderer } from '../../../cli/render/renderer.ts'

/** A stream that hands on what it is given, at once. */
export const sink = (take: (text: string) => void): Writable =>
  new Writable({
    decodeStrings: false,
    write: (chunk: string, _, done) => {
      take(chunk)
      done()
    },
  })

export interface Stage {
  readonly renderer: Renderer
  readonly stdout: Writable
  out(): string
  err(): string
}

export const stage = (options: Partial<RendererOptions>, see: (text: string) => void = () => {}): Stage => {
  const written = { out: '', err: '' }
  const stdout = sink((text) => {
    written.out += text
    see(text)
  })
  const stderr = sink((text) => {
    written.err += text
  })
  const size = { columns: () => 80, rows: () => 24 }
  const renderer = createRenderer({ mode: 'plain', stdout, stderr, ...size, color: false, verbose: 0, ...options })
  return { renderer, stdout, out: () => written.out, err: () => written.err }
}
