import { extname } from 'node:path'
import type { Problem } from '../core/error.ts'
import { problemWith } from './trouble.ts'

type Format = 'yaml' | 'ini' | 'toml' | 'program'

/** What an inventory file is written in, by its name and its look. */
const formatOf = (file: string, text: string): Format => {
  const extension = extname(file)
  if (text.startsWith('#!')) return 'program'
  if (extension === '.ini' || extension === '.cfg') return 'ini'
  if (extension === '.toml') return 'toml'
  return extension === '' && /^\[[\w.-]+(?::\w+)?\][ \t]*(?:#.*)?$/m.test(text) ? 'ini' : 'yaml'
}

const names: Readonly<Record<Exclude<Format, 'yaml'>, string>> = {
  ini: 'an INI inventory',
  toml: 'a TOML inventory',
  program: 'a program that prints an inventory',
}

/** A problem for what Ansible can read and Fettle cannot yet. */
export const refuseFormat = (file: string, text: string): Problem | undefined => {
  const format = formatOf(file, text)
  if (format === 'yaml') return undefined
  return problemWith(file, {
    code: 'inventory.invalid',
    message: `${file} looks like ${names[format]}; only YAML is read`,
    hint: `convert it: ansible-inventory -i ${file} --list --yaml --export > hosts.yml`,
  })
}
