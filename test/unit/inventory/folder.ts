import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { FettleError, type Problem } from '../../../engine/core/error.ts'

export type Files = Readonly<Record<string, string>>

/** A temporary folder with these files, gone when the test has finished. */
export const folderWith = (files: Files): string => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-inventory-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return folder
}

/** All problems that something throws; none is a failure of the test. */
export const problemsOf = async (act: () => unknown): Promise<readonly Problem[]> => {
  try {
    await act()
  } catch (error) {
    if (error instanceof FettleError) return error.problems
    throw error
  }
  throw new Error('nothing was thrown')
}

/** `file:line:column code: message (hint)`, with files relative to the folder. */
export const lineOf = (folder: string, { position, code, message, hint }: Problem): string => {
  const place = position ? [position.file, position.line, position.column].filter((part) => part !== undefined) : []
  const line = `${place.join(':')} ${code}: ${message}${hint ? ` (${hint})` : ''}`
  return line.replaceAll(`${folder}/`, '')
}
