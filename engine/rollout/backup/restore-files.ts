import { backupFolder, type Snapshot } from '../../core/backup.ts'
import { type Problem, throwAll } from '../../core/error.ts'
import { quote } from '../../core/shell.ts'
import type { HeldHost } from '../held-host.ts'
import { repositoryIn } from './repository-script.ts'

export interface RestoreFiles {
  readonly paths: readonly string[]
  readonly snapshot: Snapshot
  /** The backup host that has the copy. */
  readonly from: string
  /** A folder that gets them below itself; null for where they were. */
  readonly into: string | null
  /** What tells what is replaced from other things: the name of the run. */
  readonly mark: string
}

/** A path as the copy has it, and what is in its place now. */
export interface FoundPath {
  readonly path: string
  /** Where it comes to. */
  readonly target: string
  readonly bytes: number
  readonly isThere: boolean
  /** Bytes that are free where it comes to. */
  readonly free: number
}

const targetOf = (path: string, { into }: RestoreFiles): string => (into === null ? path : `${into}${path}`)

/** Nothing is touched yet. Errors: `backup.refused` for all that cannot be restored, `step.failed`. */
export const findPaths = async (held: HeldHost, restore: RestoreFiles): Promise<readonly FoundPath[]> => {
  throwAll(restore.paths.flatMap((path) => pathProblem(held.name, path, restore)))
  const found = parseFound(await held.ask(findScript(restore)), restore)
  throwAll(found.flatMap((each) => foundProblem(held.name, each, restore)))
  return found.flatMap((each) => (each.bytes === null ? [] : [{ ...each, bytes: each.bytes }]))
}

interface Looked extends Omit<FoundPath, 'bytes'> {
  /** Null where the copy does not have it. */
  readonly bytes: number | null
}

const refused = (host: string, message: string, hint: string): Problem => ({
  code: 'backup.refused',
  host,
  message,
  hint,
})

const pathProblem = (host: string, path: string, { into }: RestoreFiles): Problem[] => {
  if (!/^\/./.test(path) || /\n|\/\.{1,2}(\/|$)/.test(path))
    return [refused(host, `${path} is no path from the root on`, 'write it as the host has it: /srv/shop/shared')]
  if (into === null && !path.slice(1).includes('/'))
    return [refused(host, `${path} is not replaced as a whole`, 'name what is in it, or choose a folder with --into')]
  return []
}

const foundProblem = (
  host: string,
  { path, target, bytes, isThere, free }: Looked,
  restore: RestoreFiles,
): Problem[] => {
  const { snapshot, into } = restore
  if (bytes === null)
    return [refused(host, `the copy of ${snapshot.at} has no ${path}`, `it has ${snapshot.paths.join(', ')}`)]
  if (bytes > free)
    return [refused(host, `${path} takes ${bytes} bytes, and ${free} are free where it comes to`, 'make room there')]
  if (into !== null && isThere)
    return [refused(host, `there is a ${target} already`, 'choose another folder with --into')]
  return []
}

/** For each path: how many files the copy has of it, their bytes, whether its place is taken, and the bytes that are free there. */
const findScript = (restore: RestoreFiles): string => `
${repositoryIn(`${backupFolder}/${restore.from}`)}
${restore.paths
  .map(
    (path) => `
target=${quote(targetOf(path, restore))}
listed=$(repository ls --json --recursive ${quote(restore.snapshot.id)} ${quote(path)} | grep -F '"struct_type":"node"' |
  grep -o '"size":[0-9]*' | awk -F: '{ all += $2 } END { printf "%d %.0f", NR, all }')
there=yes
[ -e "$target" ] || [ -L "$target" ] || there=no
near=$target
until [ -d "$near" ]; do near=\${near%/*}; near=\${near:-/}; done
printf '%s %s %s\\n' "$listed" "$there" "$(df --output=avail --block-size=1 "$near" | tail -n 1 | tr -d ' ')"`,
  )
  .join('')}`

const parseFound = (output: string, restore: RestoreFiles): readonly Looked[] =>
  output
    .trim()
    .split('\n')
    .map((line, index) => {
      const [nodes, bytes, there, free] = line.split(' ')
      const path = restore.paths[index] ?? ''
      const target = targetOf(path, restore)
      return {
        path,
        target,
        bytes: Number(nodes) > 0 ? Number(bytes) : null,
        isThere: there === 'yes',
        free: Number(free),
      }
    })

/** Where what is replaced goes: beside it. */
export const asideOf = ({ target }: FoundPath, { mark }: RestoreFiles): string => `${target}.before-${mark}`

/** Puts a path back. It comes whole, or not at all; what was there is kept. Errors: `step.failed`, `lease.lost`. */
export const restorePath = (held: HeldHost, found: FoundPath, restore: RestoreFiles): Promise<void> => {
  const { path, target, bytes } = found
  const stage = `${target.replace(/\/[^/]*$/, '')}/.fettle-restore`
  const title = `restore ${path} as of ${restore.snapshot.at}`
  return held.detached(title, restoreScript(found, restore, stage), {
    again: true,
    measure: `du -s --apparent-size --block-size=1 ${quote(stage)} 2>/dev/null | sed 's/\\t.*/ ${bytes}/'`,
  })
}

const restoreScript = (found: FoundPath, restore: RestoreFiles, stage: string): string => `
set -eu
${repositoryIn(`${backupFolder}/${restore.from}`)}
target=${quote(found.target)} stage=${quote(stage)} aside=${quote(asideOf(found, restore))}
rm -rf "$stage"
mkdir -p "\${stage%/*}"
mkdir -m 0700 "$stage"
trap 'rm -rf "$stage"' EXIT
repository restore ${quote(restore.snapshot.id)} --target "$stage" --include ${quote(patternOf(found.path))} >/dev/null
come=$stage${quote(found.path)}
[ -e "$come" ] || [ -L "$come" ] || { echo 'it did not come' >&2; exit 1; }
if [ -e "$target" ] || [ -L "$target" ]; then mv -T "$target" "$aside"; fi
mv -T "$come" "$target"
sync -f "$target"`

/** As restic reads it: nothing in it stands for anything else. */
const patternOf = (path: string): string => path.replaceAll(/[\\*?[\]]/g, '\\$&')
