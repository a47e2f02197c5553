/** A service manager in a few lines: one file for each unit, and a log of what was done. */
const systemctl = (folder: string) => `#!/bin/sh
verb=$1
shift
[ "$verb" = show ] && shift 3
[ "$verb" = -q ] && exit
[ "$1" = -- ] && shift
cd ${folder}/units || exit
if [ "$verb" = show ]; then
  first=yes
  for unit do
    [ "$first" ] || echo
    first=
    cat "$unit" 2>/dev/null || printf 'LoadState=not-found\\nActiveState=inactive\\nSubState=dead\\n'
  done
  exit 0
fi
[ "$verb" = reset-failed ] && exit
echo "$verb $1" >>${folder}/log
sh ${folder}/hook "$verb" "$1" || exit
[ -e "$1" ] || exit 0
case $verb in
  start | restart)
    read -r uptime rest </proc/uptime
    sed -i "s/^ActiveState=.*/ActiveState=active/; s/^SubState=.*/SubState=running/
      s/^ActiveEnterTimestamp=.*/ActiveEnterTimestamp=$(date -u +'%a %F %T.%6N UTC')/
      s/^ActiveEnterTimestampMonotonic=.*/ActiveEnterTimestampMonotonic=\${uptime%.*}\${uptime#*.}0000/" "$1" ;;
  stop) sed -i 's/^ActiveState=.*/ActiveState=inactive/; s/^SubState=.*/SubState=dead/' "$1" ;;
esac
`

/** Runs a transient unit apart from whoever starts it, or keeps a timer: time is the test's to let pass. */
const systemdRun = (folder: string) => `#!/bin/sh
timer=
while :; do
  case $1 in
    --on-active=*) timer=yes ;;
    -p) case $2 in StandardOutput=append:*) output=\${2#*:} ;; esac; shift ;;
    -*) ;;
    *) break ;;
  esac
  shift
done
[ "$timer" ] && { echo "$*" >${folder}/timer; exit; }
setsid sh -c '"$@" </dev/null >>"$0" 2>&1' "$output" "$@" 8>&- &
echo $! >>${folder}/transient
`

const journalctl = '#!/bin/sh\nfor unit do :; done\necho "the journal of $unit"\n'

/** Commands that a machine in a folder has instead of this machine's. */
export const commandsOf = (folder: string): Readonly<Record<string, string>> => ({
  systemctl: systemctl(folder),
  journalctl,
  'systemd-run': systemdRun(folder),
})
