/** A service manager in a few lines: one file for each unit, and a log of what was done. */
const systemctl = (folder: string) => `#!/bin/sh
verb=$1
shift
[ "$verb" = show ] && shift 3
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
case $verb in
  start | restart)
    read -r uptime rest </proc/uptime
    sed -i "s/^ActiveState=.*/ActiveState=active/; s/^SubState=.*/SubState=running/
      s/^ActiveEnterTimestamp=.*/ActiveEnterTimestamp=$(date -u +'%a %F %T.%6N UTC')/
      s/^ActiveEnterTimestampMonotonic=.*/ActiveEnterTimestampMonotonic=\${uptime%.*}\${uptime#*.}0000/" "$1" ;;
  stop) sed -i 's/^ActiveState=.*/ActiveState=inactive/; s/^SubState=.*/SubState=dead/' "$1" ;;
esac
`

const journalctl = '#!/bin/sh\nfor unit do :; done\necho "the journal of $unit"\n'

/** Commands that a machine in a folder has instead of this machine's. */
export const commandsOf = (folder: string): Readonly<Record<string, string>> => ({
  systemctl: systemctl(folder),
  journalctl,
})
