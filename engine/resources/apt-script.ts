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

/**
 * One transaction: names to install, and names with a hyphen at the end to remove. It is tried at once; only when that
 * fails, and dpkg has not begun, are the lists fetched, because they may be missing or old. A source that is down does
 * not matter if the others have what is needed. Nothing is removed that was not named.
 */
export const transaction = (options: string): string => `${aptFunctions}
removes=
for name do case $name in *-) removes=yes ;; esac; done
others() {
  LC_ALL=C apt-get -s -q -o APT::Cmd::Pattern-Only=true --allow-downgrades install${options} -- "$@" 2>/dev/null |
    sed -n 's/^Remv \\([^ ]*\\) .*/\\1/p' |
    while read -r other; do case " $* " in *" $other- "*) ;; *) printf ' %s' "$other" ;; esac; done
}
attempt() {
  [ -z "$removes" ] && apt_get --no-remove --allow-downgrades install${options} -- "$@" && return
  found=$(others "$@")
  [ -z "$found" ] || { echo "apt would also remove$found: describe as absent what is meant to go" >&2; exit 1; }
  [ "$removes" ] && apt_get --allow-downgrades install${options} -- "$@"
}
attempt "$@" && exit
[ -z "$(dpkg --audit)" ] || exit 1
apt_get update
attempt "$@"`

/** Finishes what an interrupted dpkg left undone. What it was unpacking, apt leaves so unless told to install it again. */
export const repair = `${aptFunctions}
patient dpkg --configure -a --force-confdef --force-confold
set -- $(dpkg-query -W -f='\${db:Status-Eflag} \${binary:Package}\\n' | sed -n 's/^reinstreq //p')
again() { apt_get --no-remove --reinstall install -- "$@"; }
[ $# = 0 ] || again "$@" || { apt_get update && again "$@"; } || exit
apt_get --no-remove -f install`

/** Where a source is tried. */
export const trialDirectory = '/run/fettle-source'

/**
 * Fetches the lists of one source, before it is in place. Arguments: its name, its text, its text for the trial,
 * its key. A source that contradicts the others, or does not answer, or is signed by another key, gets no further.
 */
export const fetchSource = `${aptFunctions}
trial=${trialDirectory}
rm -rf "$trial" && mkdir -m 0755 "$trial" "$trial/parts" || exit
trap 'rm -rf "$words" "$trial"' EXIT
for other in /etc/apt/sources.list.d/*; do
  [ ! -f "$other" ] || cp -L -- "$other" "$trial/parts" || exit
done
printf %s "$2" >"$trial/parts/$1.sources"
apt_get indextargets -o Dir::Etc::sourceparts="$trial/parts" >/dev/null || exit
printf %s "$4" >"$trial/$1.asc"
printf %s "$3" >"$trial/$1.sources"
apt_get update -o Dir::Etc::sourcelist="$trial/$1.sources" -o Dir::Etc::sourceparts=/dev/null \\
  -o APT::Get::List-Cleanup=0`
