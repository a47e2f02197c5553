import { FettleError, type Problem } from '../../core/error.ts'
import type { Outcome } from '../../core/ports.ts'
import { command, quote } from '../../core/shell.ts'
import { revertAbandoned } from './guard.ts'
import {
  type Claim,
  doingOf,
  type Holder,
  heartbeatFile,
  type Lease,
  leaseFile,
  lockFile,
  patience,
  readHolder,
  readLease,
} from './lease.ts'
import { stateDirectory } from './manifest.ts'

/** Milliseconds between two signs of life. */
export const pulse = 10_000

/** Exit status of a script that no longer has the lease. */
export const leaseLost = 76

const beat = (number: string): string => `read -r up rest </proc/uptime && echo "${number} $up" >${heartbeatFile}`

/** What came of asking for a lease. */
export type Answer =
  | { readonly type: 'taken'; readonly lease: Lease; readonly over: Holder | null; readonly reverted: boolean }
  | { readonly type: 'held'; readonly holder: Holder; readonly silence: number }

/**
 * Takes the lease unless its owner is at work: one that has just died may seem so for a moment. A script of a dead owner
 * that still runs is waited for, and a guard that it left armed is let go off.
 */
export const takeScript = ({ owner, ...holder }: Claim): string => `
[ -d ${stateDirectory} ] || (umask 077 && mkdir -p ${stateDirectory}/former) && umask 077 && exec 8>>${lockFile} || exit
${readLease}
is_held() { [ "$owner" != - ] && has_connection && seconds_silent && [ "$silence" != - ] && [ "$silence" -lt ${patience} ]; }
refuse() { printf '%s\\n' held "$silence" "$holder"; exit 0; }
for wait in 1 2 3 4 5 6; do is_held && sleep 0.5 && read_lease || break; done
is_held && refuse
flock -x -w 600 8 || exit
read_lease
is_held && refuse
over=
[ "$owner" = - ] || over=$holder
number=$((number + 1))
IFS= read -r boot </proc/sys/kernel/random/boot_id
IFS= read -r stat <"/proc/$PPID/stat" && set -- \${stat##*) }
printf '%s ' "$number" ${quote(owner)} "$boot" "$PPID" "\${20}" >${leaseFile}.new
printf '%s\\n' ${quote(JSON.stringify(holder))} >>${leaseFile}.new
mv -f ${leaseFile}.new ${leaseFile} && ${beat('$number')} || exit
reverted=no
exec 8>&-
${revertAbandoned}
printf '%s\\n' taken "$number" "$over" "$reverted"`

export const readAnswer = (output: string, { owner }: Claim): Answer => {
  const [type, ...words] = output.split('\n')
  if (type === 'held') {
    const [silence = '', holder = ''] = words
    return { type, holder: readHolder(holder), silence: Number(silence) }
  }
  const [number = '', over = '', reverted = ''] = words
  return {
    type: 'taken',
    lease: { owner, number: Number(number) },
    over: over === '' ? null : readHolder(over),
    reverted: reverted === 'yes',
  }
}

const isOurs = ({ owner, number }: Lease): string =>
  `IFS=' ' read -r is has rest <${leaseFile} && [ "$is $has" = ${quote(`${number} ${owner}`)} ]`

/**
 * Shell that goes on only while the lease is ours, and keeps it so: whoever wants to take it over waits for this script.
 * The lock is not for what it starts, which may stay.
 */
export const underLease = (lease: Lease): string => `
{ exec 8<${lockFile} && flock -s -w 10 8 && ${isOurs(lease)}; } || {
  echo 'somebody else has taken over the right to change this host' >&2
  exit ${leaseLost}
}
${beat(String(lease.number))}`

const write = (number: string): string =>
  `echo "${number} - - 0 0" >${leaseFile}.new && mv -f ${leaseFile}.new ${leaseFile}`

/** Gives the lease back, where it is still ours. */
export const releaseScript = (lease: Lease): string => `
exec 8>>${lockFile} && flock -x -w 10 8 || exit
${isOurs(lease)} || exit 0
${write('$is')}`

/** Takes the lease away from whoever has it: its next step is refused. Waits for the one that runs. */
export const unlockScript = `
[ -e ${leaseFile} ] || exit 0
exec 8>>${lockFile} && flock -x -w 60 8 || { echo 'a step that runs there does not end' >&2; exit 1; }
IFS=' ' read -r number rest <${leaseFile} && ${write('$((number + 1))')}`

/** Errors: `lease.lost`. */
export const lost = (): FettleError =>
  new FettleError({
    code: 'lease.lost',
    message: 'somebody else has taken over the right to change this host',
    hint: 'look who with `fettle locks`; run again when they are done',
  })

/** What a script has printed. Errors: `lease.lost`, `step.failed`. */
export const saidBy = ({ exit, stdout, stderr }: Outcome): string => {
  if (exit === 0) return stdout
  if (exit === leaseLost) throw lost()
  throw new FettleError({
    code: 'step.failed',
    message: `a script failed with exit status ${exit}`,
    detail: stderr.trim().split('\n').slice(-20).join('\n'),
  })
}

/** As a person is told. */
export const heldProblem = (host: string, holder: Holder, silence: number): Problem => ({
  code: 'lease.held',
  host,
  message: `${holder.who} is changing this host`,
  detail: `${doingOf(holder)}${silence > 15 ? `, silent for ${silence} s` : ''}`,
  hint: `wait for it with --wait, or take the right away from it: ${command('fettle', 'unlock', host)}`,
})
