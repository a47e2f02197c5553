import { cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import type { App } from '../core/app.ts'
import { FettleError } from '../core/error.ts'
import { type Archive, pack } from './archive.ts'
import { takeArtifact } from './artifact.ts'
import { checkOut, commitOf, leave, type Repository, repositoryOf } from './git.ts'
import { tidyArchives } from './tidy.ts'

export interface BuildRequest {
  readonly app: App
  /** The site's folder. */
  readonly site: string
  /** A git ref where the source is in a git repository, otherwise any name. */
  readonly version: string
  /** The folder as it is, whatever git says of it. */
  readonly asIs: boolean
  /** A `.tar.gz` that somebody has built already. */
  readonly artifact: string | undefined
  /** Where archives are kept. */
  readonly into: string
}

/**
 * Makes the archive of a release: from a git ref in a clean worktree, from a folder, or from a finished artifact.
 * Errors: `version.unknown`, `worktree.dirty`, `build.failed`, `artifact.invalid`.
 */
export const buildRelease = async (request: BuildRequest): Promise<Archive> => {
  await mkdir(request.into, { recursive: true, mode: 0o700 })
  const archive = request.artifact === undefined ? await build(request) : await takeArtifact(request.artifact, request)
  await tidyArchives(request.into, request.app.keep + 1)
  return archive
}

const build = async (request: BuildRequest): Promise<Archive> => {
  const source = resolve(request.site, request.app.source.folder)
  await refuseMissing(source, `there is no folder ${source}`, 'source.folder of the app says where its source is')
  const repository = request.asIs ? null : await repositoryOf(source)
  const aside = await mkdtemp(join(tmpdir(), 'fettle-release-'))
  try {
    return repository ? await fromGit(repository, request, aside) : await fromFolder(source, request, aside)
  } finally {
    if (repository) await leave(repository, join(aside, 'source'))
    await rm(aside, { recursive: true, force: true })
  }
}

const refuseMissing = async (folder: string, message: string, hint: string): Promise<void> => {
  if ((await stat(folder).catch(() => null))?.isDirectory()) return
  throw new FettleError({ code: 'build.failed', message, hint })
}

const fromGit = async (repository: Repository, request: BuildRequest, aside: string): Promise<Archive> => {
  const commit = await commitOf(repository, request.version)
  const folder = await checkOut(repository, commit, join(aside, 'source'))
  return built(folder, commit.time, request)
}

/** A copy, so that a build leaves nothing in the folder itself. */
const fromFolder = async (source: string, request: BuildRequest, aside: string): Promise<Archive> => {
  const folder = join(aside, 'source')
  await cp(source, folder, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true, filter: isSource })
  return built(folder, await newest(folder), request)
}

const isSource = (path: string): boolean => !/\/\.(git|fettle)$/.test(path)

/** Files have times of their own: what changed since shows in them. */
const newest = async (folder: string): Promise<Date> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const times = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).mtimeMs),
  )
  return new Date(Math.floor(times.reduce((latest, time) => Math.max(latest, time), 0) / 1000) * 1000)
}

const built = async (folder: string, time: Date, { app, version, into }: BuildRequest): Promise<Archive> => {
  const { output } = app.source
  if (app.source.build !== null) await run(app.source.build, folder, { FETTLE_APP: app.name, FETTLE_VERSION: version })
  const result = join(folder, output)
  await refuseMissing(
    result,
    `the build left no folder ${output}`,
    'source.output of the app says what becomes the release',
  )
  return pack({ folder: result, version, time, into })
}

/** Lines of a failed build that are shown. */
const shown = 40

const run = async (build: string, cwd: string, env: Readonly<Record<string, string>>): Promise<void> => {
  const { exitCode, all } = await execa('sh', ['-c', build], { cwd, env, all: true, reject: false, stdin: 'ignore' })
  if (exitCode === 0) return
  throw new FettleError({
    code: 'build.failed',
    message: `the build failed with exit status ${exitCode ?? 'unknown'}: ${build}`,
    detail: all.split('\n').slice(-shown).join('\n'),
    hint: 'no host was touched',
  })
}
