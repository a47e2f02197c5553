import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { type Answer, type Options, runFettle } from './run.ts'

/** A user's folder with the files that a test is about, gone when the test file has ended. */
export interface Site {
  readonly folder: string
  write(files: Files): void
  fettle(...args: readonly string[]): Promise<Answer>
  fettleWith(options: Options, ...args: readonly string[]): Promise<Answer>
}

/** Content by path. */
export type Files = Readonly<Record<string, string>>

const folders: string[] = []

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

export const makeSite = (files: Files): Site => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-cli-'))
  folders.push(folder)
  const write = (more: Files): void => {
    for (const [path, content] of Object.entries(more)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
  }
  write(files)
  return {
    folder,
    write,
    fettle: (...args) => runFettle(folder, args),
    fettleWith: (options, ...args) => runFettle(folder, args, options),
  }
}

/** A site whose hosts nobody answers for: what is refused before a connection is tried is refused at once. */
export const silentFiles: Files = {
  'site.yml': `name: silent
groups:
  web:
    nginx:
      workerConnections: 512
`,
  'inventory/test.yml': `web:
  hosts:
    web1:
      ansible_host: 192.0.2.1
    web2:
      ansible_host: 192.0.2.2
`,
}
