import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { FettleError } from '../../../engine/core/error.ts'

export type Files = Readonly<Record<string, string>>

/** A folder with these files, gone when the test ends. */
export const folderOf = (files: Files): string => {
  const folder = mkdtempSync(join(tmpdir(), 'templates-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** What an action throws, one line for each problem: `file:line:column message (hint)`. */
export const problemsOf = (action: () => unknown, folder = ''): string[] => {
  try {
    action()
  } catch (error) {
    if (!(error instanceof FettleError)) throw error
    return error.problems.map(({ message, position, hint }) => {
      const place = position ? `${position.file.slice(folder.length + 1)}:${position.line}:${position.column} ` : ''
      return `${place}${message}${hint ? ` (${hint})` : ''}`
    })
  }
  return []
}
