/**
 * A shell function, `lookup DATABASE NAME...`, that prints the lines of `passwd` or `group` that have these names. The
 * machine's own file is read by the shell, which costs nothing; `getent` is asked only for names that are not in it.
 */
export const lookupFunction = `
lookup() {
  set -f
  database=$1
  shift
  wanted=" $* "
  while IFS= read -r entry; do
    name=\${entry%%:*}
    case $wanted in *" $name "*)
      printf '%s\\n' "$entry"
      wanted="\${wanted%% "$name" *} \${wanted#* "$name" }"
    esac
  done <"/etc/$database"
  set -- $wanted
  [ $# -eq 0 ] || getent "$database" -- "$@" || [ $? -eq 2 ]
}`
