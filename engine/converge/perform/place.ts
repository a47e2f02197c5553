import { enterFunction } from '../../core/enter.ts'
import { sha256 } from '../../core/hash.ts'
import { reveal } from '../../core/secret.ts'
import { command } from '../../core/shell.ts'
import type { Link, Place, Unplace } from '../../core/step.ts'
import { generationFunctions, generationsOf, keptAt, type Replacement } from '../state/generations.ts'
import { stateDirectory } from '../state/manifest.ts'

/** Exit status of a step that found something else than the plan had seen. */
export const changedUnderUs = 75

/** Where a replaced original is kept until it is given back. */
const formerOf = (path: string): string => `${stateDirectory}/former/${sha256(path)}`

/** What becomes of the file that a step replaces. */
export interface Keeping {
  /** It was there before Fettle: a copy is kept until it is given back. */
  readonly original: boolean
  /** Kept as a generation, with this beside it. Null where nothing is replaced. */
  readonly replacement?: Replacement | null
}

/**
 * Shell functions for putting files in place and taking them away.
 *
 * Everything happens relative to the directory once it was entered, so a path component that is swapped
 * afterwards changes nothing; a symlink on the way is followed only if root made it. Owner and mode are set
 * through the open file, never by name, because the owner of a directory may swap names in it. An original is kept
 * under its name only once the copy is whole and durable; a directory is not replaced, and so not kept.
 */
export const placeFunctions = (nonce: string): string => `${enterFunction}
${generationFunctions}
enter_parent() {
  directory=\${1%/*} name=\${1##*/}
  enter "\${directory:-/}"
}
found() {
  if [ -h "$1" ]; then echo symlink
  elif [ -f "$1" ]; then sum=$(sha256sum < "$1") && echo "\${sum%% *}"
  elif [ -d "$1" ]; then echo directory
  elif [ -e "$1" ]; then echo other
  else echo -; fi
}
unchanged() {
  [ "$(found "./$name")" = "$1" ] && return
  echo "$directory/$name is not as it was planned on: it changed in the meantime" >&2
  return ${changedUnderUs}
}
copy() {
  cp -aT --remove-destination -- "$1" "$2" && { [ -h "$2" ] || sync -- "$2"; }
}
keep() {
  [ ! -e "$1" ] && [ ! -h "$1" ] || return 0
  [ ! -d "./$name" ] || [ -h "./$name" ] || return 0
  copy "./$name" "$1~" && mv -fT -- "$1~" "$1" && sync -- "\${1%/*}"
}
fill() { # content bytes owner:group mode
  printf %s "$1" >&9 && is=$(stat -L -c '%s %U:%G 0%a' /proc/self/fd/9) && [ "\${is%% *}" -eq "$2" ] && sync /proc/self/fd/9 || {
    echo "the disk took only a part of $directory/$name" >&2
    return 1
  }
  [ "\${is#* }" = "$3 $4" ] || { chown -- "$3" /proc/self/fd/9 && chmod -- "$4" /proc/self/fd/9; }
}
place() ( # path owner:group mode relies former bytes content umask generations replacement
  enter_parent "$1" || exit
  umask "$8"
  temporary=./.fettle-${nonce}~
  { [ ! -e "$temporary" ] && [ ! -h "$temporary" ]; } || rm -f -- "$temporary"
  set -C
  exec 9> "$temporary" || exit
  set +C
  fill "$7" "$6" "$2" "$3" &&
  unchanged "$4" && { [ -z "$5" ] || keep "$5"; } && remember "$9" "\${10}" &&
  mv -fT -- "$temporary" "./$name" && sync .
  status=$?
  [ $status = 0 ] || rm -f -- "$temporary"
  exit $status
)
place_link() ( # path target relies former generations replacement
  enter_parent "$1" && unchanged "$3" && { [ -z "$4" ] || keep "$4"; } && remember "$5" "$6" || exit
  temporary=./.fettle-${nonce}~
  rm -f -- "$temporary"
  ln -s -- "$2" "$temporary" && mv -fT -- "$temporary" "./$name" && sync .
  status=$?
  [ $status = 0 ] || rm -f -- "$temporary"
  exit $status
)
unplace() ( # path relies former kept generations replacement
  enter_parent "$1" && unchanged "$2" && { [ -z "$4" ] || keep "$4"; } && remember "$5" "$6" || exit
  if [ -n "$3" ] && { [ -e "$3" ] || [ -h "$3" ]; }; then
    temporary=./.fettle-${nonce}~
    copy "$3" "$temporary" && mv -fT -- "$temporary" "./$name" && sync . && rm -f -- "$3"
  else
    rm -f -- "./$name" && sync .
  fi
)
regain() ( # path relies generation sum generations replacement
  enter_parent "$1" && unchanged "$2" || exit
  temporary=./.fettle-${nonce}~
  rm -f -- "$temporary"
  copy "$3" "$temporary" && [ "$(found "$temporary")" = "$4" ] || {
    echo "the generation $3 of $directory/$name is not what it was when it was kept" >&2
    rm -f -- "$temporary"
    exit 1
  }
  remember "$5" "$6" && mv -fT -- "$temporary" "./$name" && sync .
  status=$?
  [ $status = 0 ] || rm -f -- "$temporary"
  exit $status
)`

const kept = (path: string, { replacement }: Keeping): [string, string] =>
  replacement ? [generationsOf(path), JSON.stringify(replacement)] : ['', '']

export const placeCall = (step: Place, keeping: Keeping): string => {
  const content = reveal(step.content)
  return command(
    'place',
    step.path,
    `${step.owner}:${step.group}`,
    step.mode,
    step.relies ?? '-',
    keeping.original ? formerOf(step.path) : '',
    String(Buffer.byteLength(content)),
    content,
    umaskFor(step.mode),
    ...kept(step.path, keeping),
  )
}

/** Lets a file be made with its own mode, or with less where that would let it be run. */
const umaskFor = (mode: string): string => (0o777 & ~Number.parseInt(mode, 8)).toString(8).padStart(4, '0')

export const linkCall = (step: Link, keeping: Keeping): string =>
  command(
    'place_link',
    step.path,
    step.target,
    step.relies ?? '-',
    keeping.original ? formerOf(step.path) : '',
    ...kept(step.path, keeping),
  )

export const unplaceCall = (step: Unplace, keeping: Keeping): string => {
  const { path, relies, restore, generation } = step
  if (generation)
    return command('regain', path, relies, keptAt(path, generation), generation.sum, ...kept(path, keeping))
  const former = formerOf(path)
  const [back, saved] = [restore ? former : '', keeping.original && !restore ? former : '']
  return command('unplace', path, relies, back, saved, ...kept(path, keeping))
}
