/**
 * What every call of apt needs: no questions, English messages in the host's own locale, and patience with whoever
 * holds a lock. apt's own timeout knows neither the lock of the lists nor that of the archives.
 */
export const aptFunctions = `
umask 022
unset LC_ALL LANGUAGE
export LC_MESSAGES=C DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1
words=$(mktemp) || exit
trap 'rm -f -- "$words"' EXIT
patient() {
  attempts=0
  until "$@" 2>"$words"; do
    status=$?
    cat "$words" >&2
    grep -Eq 'Could not get lock|Unable to lock|lock (is|was) locked by' "$words" || return $status
    attempts=$((attempts + 1))
    [ $attempts -lt 150 ] || return $status
    sleep 2
  done
  cat "$words" >&2
}
apt_get() {
  patient apt-get -q -y -o APT::Cmd::Pattern-Only=true -o APT::Update::Error-Mode=any -o Acquire::Retries=2 \\
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef \\
    -o Dpkg::Options::=--force-confold "$@" </dev/null
}`

/** Finishes what an interrupted dpkg left undone. What it was unpacking, apt leaves so unless told to install it again. */
export const repair = `${aptFunctions}
patient dpkg --configure -a --force-confdef --force-confold
set -- $(dpkg-query -W -f='\${db:Status-Eflag} \${binary:Package}\\n' | sed -n 's/^reinstreq //p')
again() { apt_get --no-remove --reinstall install -- "$@"; }
[ $# = 0 ] || again "$@" || { apt_get update && again "$@"; } || exit
apt_get --no-remove -f install`
