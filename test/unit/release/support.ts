import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { list } from 'tar'
import { afterEach } from 'vitest'
import type { App } from '../../../engine/core/app.ts'
import { FettleError, type Problem } from '../../../engine/core/error.ts'
import { type BuildRequest, buildRelease } from '../../../engine/release/build.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** An empty folder, gone when the test has ended. */
export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'release-'))
  folders.push(folder)
  return folder
}

export interface Entry {
  readonly content?: string
  readonly mode?: number
  readonly link?: string
}

/** Writes files by path, in that order; a string is the content. */
export const write = (folder: string, files: Readonly<Record<string, string | Entry>>): string => {
  for (const [path, said] of Object.entries(files)) {
    const { content = '', mode, link } = typeof said === 'string' ? { content: said } : said
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    if (link === undefined) writeFileSync(file, content)
    else symlinkSync(link, file)
    if (mode !== undefined) chmodSync(file, mode)
  }
  return folder
}

/** Seconds since the epoch. */
export const touch = (time: number, ...paths: readonly string[]): void => {
  for (const path of paths) utimesSync(path, time, time)
}

export const git = (folder: string, ...args: readonly string[]) => {
  const me = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.org', '-c', 'init.defaultBranch=main']
  const env = { GIT_AUTHOR_DATE: '@1700000000 +0000', GIT_COMMITTER_DATE: '@1700000000 +0000' }
  return execa('git', ['-C', folder, ...me, ...args], { env })
}

/** Commits all there is, with a tag. */
export const commit = async (folder: string, tag: string): Promise<void> => {
  await git(folder, 'add', '--all')
  await git(folder, 'commit', '--quiet', '--allow-empty', '--message', tag)
  await git(folder, 'tag', tag)
}

const source: App['source'] = { folder: '.', build: null, output: '.' }

type Request = Partial<Omit<BuildRequest, 'app'>> & Partial<App['source']>

export const build = (site: string, { folder, build, output, ...change }: Request = {}) => {
  const given = { folder, build, output }
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const app = { name: 'shop', keep: 5, source: { ...source, ...said } } as App
  const request = { app, site, version: 'v1', asIs: false, artifact: undefined, into: join(newFolder(), 'releases') }
  return buildRelease({ ...request, ...change })
}

/** What is wrong; fails where nothing is. */
export const problemOf = async (building: Promise<unknown>): Promise<Problem> => {
  const error = await building.then(() => null).catch((thrown) => thrown)
  if (error instanceof FettleError) return error.problems[0]
  throw error ?? new Error('nothing was wrong')
}

/** `755 bin/run`, `777 link -> target`, in the archive's order. */
export const contentOf = async (file: string): Promise<readonly string[]> => {
  const lines: string[] = []
  await list({
    file,
    onReadEntry: ({ path, mode = 0, linkpath }) =>
      lines.push(`${mode.toString(8)} ${path}${linkpath ? ` -> ${linkpath}` : ''}`),
  })
  return lines
}

/** The times of what is in an archive, each once; a folder has none. */
export const timesOf = async (file: string): Promise<readonly (number | undefined)[]> => {
  const times = new Set<number | undefined>()
  await list({ file, onReadEntry: ({ mtime }) => times.add(mtime && mtime.getTime() / 1000) })
  return [...times]
}
