import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { access, constants, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FettleError } from '../engine/core/error.ts'
import { changeAgeFile, missingFile, readAgeFile } from '../engine/secrets/age-file.ts'
import { type EntriesText, readEntries } from '../engine/secrets/entries.ts'
import { askYes } from './ask.ts'
import { showProblem } from './output.ts'
import { openKeeping, type SecretsOptions } from './secrets.ts'
import { say } from './write.ts'

/** Shows the secrets to an editor, and keeps what comes back of it. */
export const editSecrets = async (options: SecretsOptions): Promise<void> => {
  const { file, keys } = await openKeeping(options)
  const before = await readAgeFile(file, keys)
  if (!before) throw missingFile(file)
  const after = await inPrivate((folder) => edited(join(folder, 'secrets.yml'), before))
  if (after.text === before.text) return say('Nothing was changed.')
  await changeAgeFile(file, keys, (now) => {
    if (now.text === before.text) return after
    throw new FettleError({
      code: 'changed.under',
      message: `${file} was changed by somebody else meanwhile, so this change was not kept`,
      hint: 'do it again',
    })
  })
}

/** Until it can be read, or whoever edits gives up. */
const edited = async (path: string, before: EntriesText): Promise<EntriesText> => {
  await writeFile(path, before.text, { mode: 0o600, flag: 'wx' })
  for (;;) {
    await runEditor(path)
    try {
      return readEntries(await readFile(path, 'utf8'))
    } catch (error) {
      if (!(error instanceof FettleError)) throw error
      if (!process.stdin.isTTY) throw error
      await showProblem(error)
      if (!(await askYes('Edit it again?', ''))) throw error
    }
  }
}

/** A folder that nobody else may enter, in memory where there is such a place; gone in any case. */
const inPrivate = async <Result>(work: (folder: string) => Promise<Result>): Promise<Result> => {
  const folder = mkdtempSync(join(await placeInMemory(), 'fettle-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  try {
    return await work(folder)
  } finally {
    remove()
    process.off('exit', remove)
  }
}

const placeInMemory = async (): Promise<string> => {
  for (const place of [process.env.XDG_RUNTIME_DIR, '/dev/shm']) {
    if (!place || !existsSync(place)) continue
    const usable = await access(place, constants.W_OK).then(
      () => true,
      () => false,
    )
    if (usable) return place
  }
  return tmpdir()
}

/** Ctrl-C is the editor's alone. When this process is to end, or its terminal has gone, the editor ends first. */
const runEditor = async (path: string): Promise<void> => {
  const editor = process.env.VISUAL || process.env.EDITOR || 'vi'
  const child = spawn('/bin/sh', ['-c', `exec ${editor} "$1"`, 'sh', path], { stdio: 'inherit' })
  let stopped = false
  const stop = () => {
    stopped = true
    child.kill('SIGTERM')
  }
  const handlers = { SIGINT: () => {}, SIGTERM: stop, SIGHUP: stop } as const
  const signals = Object.keys(handlers) as (keyof typeof handlers)[]
  for (const signal of signals) process.on(signal, handlers[signal])
  const exit = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  for (const signal of signals) process.off(signal, handlers[signal])
  if (stopped) throw new FettleError({ code: 'cancelled', message: 'interrupted: nothing was changed' })
  if (exit !== 0)
    throw new FettleError({ code: 'usage', message: `the editor \`${editor}\` failed, so nothing was changed` })
}
