import { aptFunctions } from '../core/apt-functions.ts'

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
