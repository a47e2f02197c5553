import { enterFunction } from '../../core/enter.ts'
import { command, quote } from '../../core/shell.ts'
import { type ManifestLine, manifestFile, stateDirectory, textOf } from './manifest.ts'
import { networkUnit, reconfigureLinks } from './network.ts'

/** What a host needs to take a section of guarded changes back by itself. Root only. */
const directory = `${stateDirectory}/guard`
export const armedFile = `${directory}/armed`
const unit = 'fettle-guard'
const bootUnit = `/etc/systemd/system/${unit}-boot.service`
const bootLink = `/etc/systemd/system/sysinit.target.wants/${unit}-boot.service`

/** Exit status of a step whose section the host has taken back already, or is about to. */
const takenBack = 77

/**
 * Takes the section back: files, newest first, then Fettle's own record, then the units that had reacted, then whatever
 * else there is to undo. It happens once, because whoever renames `armed` has decided, and is finished at the next boot
 * where it was cut short. At boot, `$1`, nothing runs yet that would have to react. How often a unit was started before
 * is forgotten: systemd would leave one down that restarts too often.
 */
const revert = `#!/bin/sh
export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
umask 077
cd ${directory} || exit
mv armed reverting 2>/dev/null || { [ "$1" = boot ] && [ -e reverting ]; } || exit 0
${enterFunction}
restore() ( # number path
  former=${directory}/files/$1 name=\${2##*/} directory=\${2%/*}
  enter "\${directory:-/}" || exit
  if [ -e "$former" ] || [ -h "$former" ]; then
    rm -rf -- "./.fettle-guard~" && cp -aT -- "$former" "./.fettle-guard~" && mv -fT -- "./.fettle-guard~" "./$name"
  else
    rm -f -- "./$name"
  fi
)
tac places | while IFS= read -r line; do restore "\${line%% *}" "\${line#* }"; done
if [ -e manifest ]; then cp -a manifest ${manifestFile}.new && mv -f ${manifestFile}.new ${manifestFile}
else rm -f ${manifestFile}; fi
[ "$1" = abandoned ] || cat refused >>${manifestFile}
sync
if [ "$1" != boot ]; then
  systemctl daemon-reload
  while IFS=' ' read -r asks name; do systemctl reset-failed -- "$name"; systemctl "$asks" -- "$name"; done <units
  ! grep -q ${quote(` ${networkUnit}$`)} units || {${reconfigureLinks}
  }
fi
for number in $(ls -r undo); do sh "undo/$number" "$1"; done
rm -f ${bootLink} ${bootUnit}
[ "$1" = boot ] || systemctl stop ${unit}.timer
mv reverting reverted
sync
`

const bootUnitText = `[Unit]
Description=Take back changes that nobody has confirmed
DefaultDependencies=no
RequiresMountsFor=${directory}
ConditionPathExists=|${directory}/armed
ConditionPathExists=|${directory}/reverting
After=local-fs.target
Before=sysinit.target network-pre.target ufw.service

[Service]
Type=oneshot
ExecStart=/bin/sh ${directory}/revert boot
`

/** Nothing of a section is needed any more. */
const disarm = `rm -f ${bootLink} ${bootUnit} && cd / && rm -rf ${directory}`

/** Shell that arms the host. `seconds` until it takes back what nobody has confirmed; `refused` is recorded then. */
export const armScript = (id: string, seconds: number, refused: readonly ManifestLine[]): string => `
rm -rf ${directory} && umask 077 && mkdir -p ${directory}/files ${directory}/undo && cd ${directory} || exit
[ ! -e ${manifestFile} ] || cp -a ${manifestFile} manifest || exit
: >places && : >units && printf '\\n%s' ${quote(textOf(refused))} >refused && printf %s ${quote(revert)} >revert &&
mkdir -p ${bootLink.slice(0, bootLink.lastIndexOf('/'))} && printf %s ${quote(bootUnitText)} >${bootUnit} && chmod 0644 ${bootUnit} &&
ln -sf ${bootUnit} ${bootLink} && echo ${quote(id)} >armed && sync -f . ${bootUnit} &&
${command('systemd-run', '--quiet', '--collect', `--unit=${unit}`, `--on-active=${seconds}`)} \\
  --timer-property=AccuracySec=100ms /bin/sh ${directory}/revert timer || {
  echo 'the guard could not be armed, so nothing was changed' >&2
  ${disarm}
  exit 1
}`

/** Shell that a step of the section begins with: the host must not have taken it back meanwhile. */
export const stillArmed = `[ -e ${directory}/armed ] || { echo 'the host has taken back the guarded changes' >&2; exit ${takenBack}; }`

/** Shell, behind the placing functions, that keeps what a path is before it is changed for the first time. */
export const saveScript = (number: number, path: string): string => `
(
  enter_parent ${quote(path)} || exit
  { [ ! -e "./$name" ] && [ ! -h "./$name" ]; } || cp -aT -- "./$name" ${directory}/files/${number} || exit
  printf '%s\\n' ${quote(`${number} ${path}`)} >>${directory}/places && sync -f ${directory}
) || exit`

/** Shell that remembers how to undo what a script is about to do. */
export const undoScript = (number: number, undo: string): string => `
printf '%s\\n' ${quote(undo)} >${directory}/undo/${String(number).padStart(4, '0')} && sync -f ${directory} || exit`

/** Shell that remembers a unit that is about to react: it must do so again with the former files. */
export const reactedScript = (asks: 'reload' | 'restart', name: string): string =>
  `echo ${quote(`${asks === 'restart' ? 'restart' : 'reload-or-restart'} ${name}`)} >>${directory}/units || exit`

/** Shell that decides for the changes, if the host has not decided otherwise. */
export const confirmScript = (id: string): string => `
cd ${directory} && [ "$(cat armed 2>/dev/null)" = ${quote(id)} ] && mv armed confirmed 2>/dev/null || exit ${takenBack}
systemctl stop ${unit}.timer
${disarm}`

/**
 * Shell that takes an armed section back now, or waits until the host has done so; sets `reverted`. What a run left that
 * died once it had decided is put away.
 */
const revertFor = (why: 'now' | 'abandoned') => `
if [ -e ${directory}/armed ]; then sh ${directory}/revert ${why} >/dev/null 2>&1 && reverted=yes; fi
for wait in 1 2 3 4 5 6 7 8 9 10; do [ -e ${directory}/reverting ] && reverted=yes && sleep 1 || break; done
[ ! -e ${directory}/confirmed ] || { ${disarm}; }`

/** For changes that have failed to prove themselves. */
export const revertNow = revertFor('now')

/** For changes of a run that died: nothing is known against them, and they may be tried again. */
export const revertAbandoned = revertFor('abandoned')

/** Shell that says whether a section was taken back: its name, or nothing. */
export const revertedScript = `cat ${directory}/reverted 2>/dev/null || :`
