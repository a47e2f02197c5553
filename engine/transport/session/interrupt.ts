import type { Opener } from './opener.ts'

/** The process group is read from the host, since sudo may have made one of its own for the shell. */
const killGroup = (pid: string): string => `
read -r stat 2>/dev/null </proc/${pid}/stat || exit 0
set -- \${stat##*) }
kill -TERM "-$3" 2>/dev/null
for wait in 1 2 3 4 5 6 7 8 9 10; do
  kill -0 "-$3" 2>/dev/null || exit 0
  sleep 0.1
done
kill -KILL "-$3" 2>/dev/null
:`

/** Ends a shell and everything that runs under it, through another shell on the same connection. */
export const interrupt = async (opener: Opener, pid: string): Promise<void> => {
  if (!/^\d+$/.test(pid)) return
  const shell = await opener.open()
  await shell.run(killGroup(pid))
}
