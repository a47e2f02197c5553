import type { Fact } from '../../core/fact.ts'
import { sha256 } from '../../core/hash.ts'
import { command, quote } from '../../core/shell.ts'
import type { Script } from '../../core/step.ts'
import { stateDirectory } from './manifest.ts'

/** Steps that outlive the connection, one folder each: what they do, what they said, how they ended. Root only. */
export const directory = `${stateDirectory}/steps`

/** A step that an earlier run started and did not see the end of. */
export interface LeftStep {
  /** Its folder and unit. */
  readonly name: string
  readonly title: string
  /** `unstarted`: whoever wanted it died before. */
  readonly state: 'running' | 'ended' | 'interrupted' | 'unstarted'
  /** Exit status, once it has ended. */
  readonly exit: number | null
  /** The last line that it said. */
  readonly said: string
  /** It must not be done twice, and nobody knows how far it came. */
  readonly once: boolean
}

/** Every step that is there: nothing is asked where there is none. What runs holds a lock on its folder. */
export const leftSteps: Fact<null, readonly LeftStep[]> = {
  name: 'detached steps',
  script: () => `
for step in ${directory}/*/; do
  [ -d "$step" ] || break
  exit=- state=unstarted title= once=no said=
  IFS= read -r title <"$step/title"
  [ ! -e "$step/once" ] || once=yes
  if [ -e "$step/end" ]; then state=ended && read -r exit <"$step/end"
  elif ! flock -n "$step/lock" true; then state=running
  elif [ -e "$step/begun" ]; then state=interrupted; fi
  said=$(tail -n 1 "$step/output" 2>/dev/null)
  step=\${step%/}
  printf '%s\\n' "\${step##*/}" "$title" "$state" "$exit" "$once" "$said"
done`,
  parse: (output) => [
    chunked(output.split('\n').slice(0, -1), 6).map(([name = '', title = '', state, exit, once, said = '']) => ({
      name,
      title,
      state: state as LeftStep['state'],
      exit: exit === '-' ? null : Number(exit),
      said,
      once: once === 'yes',
    })),
  ],
}

const chunked = (lines: readonly string[], size: number): string[][] =>
  Array.from({ length: Math.floor(lines.length / size) }, (_, at) => lines.slice(at * size, (at + 1) * size))

/** Shell that waits until a step has ended that an earlier run started. */
export const awaitScript = ({ name }: LeftStep): string => command('flock', '-s', `${directory}/${name}/lock`, 'true')

/** Shell that forgets steps whose end has been told. */
export const forgetScript = (steps: readonly LeftStep[]): string =>
  command('rm', '-rf', '--', ...steps.map(({ name }) => `${directory}/${name}`))

/** Named from what it does, so that the same step is the same unit. */
export const nameOf = ({ script, args }: Script): string => sha256(JSON.stringify([script, args])).slice(0, 16)

/** What the unit runs: it may end when nobody listens any more. */
const wrapper = (step: Script, folder: string): string => `#!/bin/sh
cd ${folder} && exec 9>lock && flock 9 && : >begun && sync begun && cd / || exit
export LC_ALL=C.UTF-8 PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
umask 022
(
set -- ${command(...step.args.map(String))}
${step.script}
) 9>&- </dev/null
status=$?
cd ${folder} && echo "$status" >end.new && sync end.new && mv end.new end
exit "$status"
`

const measuredMark = 'fettle measured'

/** Bytes that are done and all of them, where a line of the waiting says that. */
export const measuredIn = (line: string): readonly [done: number, all: number] | null => {
  const [, done, all] = new RegExp(`^${measuredMark} (\\d+) (\\d+)$`).exec(line) ?? []
  return done === undefined || all === undefined ? null : [Number(done), Number(all)]
}

/**
 * Shell that starts a step as a unit of its own and waits for it. Without the connection the unit goes on, and its end
 * is kept; with it, what it said and its exit status are those of this script. A line each second ends the waiting once
 * nobody listens any more: the session would otherwise seem to be alive. `measure` is shell that prints how many bytes of
 * how many there are; it is asked as often, and may say nothing.
 */
export const detachedScript = (step: Script, measure = ':'): string => {
  const name = nameOf(step)
  const folder = `${directory}/${name}`
  return `
(umask 077 && rm -rf ${folder} && mkdir -p ${folder}) && cd ${folder} || exit
printf %s ${quote(wrapper(step, folder))} >run && printf '%s\\n' ${quote(step.title)} >title && : >lock && : >output || exit
chmod 0600 run title lock output${step.once ? ' && : >once' : ''}
${command('systemd-run', '--quiet', '--collect', `--unit=fettle-step-${name}`, `--description=${step.title}`)} \\
  -p Type=exec -p StandardOutput=append:${folder}/output -p StandardError=append:${folder}/output \\
  -p TimeoutStopSec=120 -p OOMPolicy=continue /bin/sh ${folder}/run || exit
# The unit has the lock from its beginning to its end.
until flock -w 1 -s lock test -e begun; do
  [ -e begun ] || { systemctl -q is-active fettle-step-${name} && sleep 0.02; } || break
  echo
  measured=$(${measure}) && [ -z "$measured" ] || printf '${measuredMark} %s\\n' "$measured"
done
status=1
[ ! -e end ] || read -r status <end
[ "$status" = 0 ] || tail -n 40 output >&2
cd / || exit
[ ! -e ${folder}/end ] && [ -e ${folder}/once ] && [ -e ${folder}/begun ] || rm -rf ${folder}
exit "$status"`
}
