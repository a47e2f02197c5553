import type { PracticeHost } from '../harness.ts'

/** What a host says to a script of root's that has to come to a good end, without white space around it. */
export const does = async ({ name, sh }: PracticeHost, script: string): Promise<string> => {
  const { exit, stdout, stderr } = await sh(script)
  if (exit !== 0) throw new Error(`${name}: ${stderr}`)
  return stdout.trim()
}
