import type { Opener } from './opener.ts'

/**
 * All of the shell's session, since programs such as `timeout` make process groups of their own. The session is read
 * from the host, where sudo may have made one for the shell.
 */
const killSession = (pid: string): string => `
read -r stat 2>/dev/null </proc/${pid}/stat || exit 0
set -- \${stat##*) }
session=$4
members() {
  found=
  for each in /proc/[0-9]*/stat; do
    read -r stat 2>/dev/null <"$each" || continue
    set -- \${stat##*) }
    [ "$4" = "$session" ] && [ "$1" != Z ] && found="$found \${stat%% *}"
  done
  [ -n "$found" ]
}
members && kill -TERM $found 2>/dev/null
for wait in 1 2 3 4 5 6 7 8 9 10; do
  members || exit 0
  sleep 0.1
done
kill -KILL $found 2>/dev/null
:`

/** Ends a shell and everything that runs under it, through another shell on the same connection. */
export const interrupt = async (opener: Opener, pid: string): Promise<void> => {
  if (!/^\d+$/.test(pid)) return
  const shell = await opener.open()
  await shell.run(killSession(pid))
}
