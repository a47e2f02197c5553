import type { Validator } from '../../core/resource.ts'
import { reveal } from '../../core/secret.ts'
import { command, quote } from '../../core/shell.ts'
import type { Script, Step } from '../../core/step.ts'
import { keptAt } from '../state/generations.ts'

type Change = Exclude<Step, Script>

/**
 * Shell that judges a configuration as it will be, before any of it is in place: in a mount namespace of its own
 * the future files lie over the real ones, on memory that vanishes with the namespace however it ends.
 * Where the kernel refuses an overlay, a copy takes its place. `ready` is printed on standard error before the judgement.
 */
export const validationScript = (validator: Validator, steps: readonly Step[], ready: string): string => {
  const changes = steps.filter((step) => step.does !== 'run')
  const inside = `
set -e
stage=/run/fettle-stage
mount -t tmpfs -o mode=0700 fettle "$stage"
cover() {
  mkdir -p "$stage/upper$1" "$stage/work$1"
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$stage/upper$1,workdir=$stage/work$1" "$1" 2>/dev/null || {
    cp -a "$1/." "$stage/upper$1"
    mount --bind "$stage/upper$1" "$1"
  }
}
make_way() {
  [ -d "\${1%/*}" ] || mkdir -p -- "\${1%/*}"
  { [ ! -e "$1" ] && [ ! -h "$1" ]; } || rm -f -- "$1"
}
stage_link() {
  make_way "$1"
  ln -s -- "$2" "$1"
}
stage_copy() {
  make_way "$1"
  cp -aT -- "$2" "$1"
}
stage_file() {
  make_way "$1"
  printf %s "$4" > "$1"
  [ "$2" = root:root ] || chown -- "$2" "$1"
  [ "$3" = 0644 ] || chmod -- "$3" "$1"
}
${topDirectories(changes)
  .map((directory) => command('cover', directory))
  .join('\n')}
${changes.map(stageCall).join('\n')}
set +e
echo ${quote(ready)} >&2
(export LC_ALL=C.UTF-8
${validator.script}
) </dev/null`
  return `
{ [ -d /run/fettle-stage ] || mkdir -m 0700 /run/fettle-stage; } &&
printf '%s\\n' ${quote(inside)} | unshare --mount --propagation private sh`
}

const stageCall = (step: Change): string => {
  if (step.does === 'unplace' && step.generation)
    return command('stage_copy', step.path, keptAt(step.path, step.generation))
  if (step.does === 'unplace') return command('rm', '-f', '--', step.path)
  if (step.does === 'link') return command('stage_link', step.path, step.target)
  return command('stage_file', step.path, `${step.owner}:${step.group}`, step.mode, reveal(step.content))
}

const topDirectories = (steps: readonly Change[]): string[] => [
  ...new Set(steps.map((step) => `/${step.path.split('/')[1] ?? ''}`)),
]
