import { execa } from 'execa'
import { patterns } from './canary.ts'

/** Files below a folder that show a secret: any of them, or only those that everybody may read. */
export const leaksIn = async (
  folder: string,
  which: 'any' | 'readable',
  file = patterns,
): Promise<readonly string[]> => {
  const mode = which === 'readable' ? ['-perm', '-o+r'] : []
  const search = ['-exec', 'grep', '-alFf', file, '{}', '+']
  const { stdout } = await execa('find', [folder, '-xdev', '-type', 'f', ...mode, ...search], { reject: false })
  return stdout.split('\n').filter(Boolean)
}

/** Whether a text shows a secret. */
export const leaks = async (text: string, file = patterns): Promise<boolean> =>
  (await execa('grep', ['-aqFf', file], { input: text, reject: false })).exitCode === 0
