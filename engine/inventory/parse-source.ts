import { type Node, parseDocument } from 'yaml'
import type { Problem } from '../core/error.ts'
import { scalarTags } from './scalars.ts'
import type { Kind, Source } from './source.ts'
import { problemIn } from './trouble.ts'
import { readValue } from './value.ts'

export interface Parsed {
  readonly source: Source
  readonly problems: readonly Problem[]
}

/** Reads one YAML document. Where there are problems, the value is not to be trusted. */
export const parseSource = (kind: Kind, file: string, text: string): Parsed => {
  const bare: Source = { kind, file, text, root: null, value: null, anchors: new Map(), oddKeys: new Map() }
  if (text.startsWith('$ANSIBLE_VAULT;')) return { source: bare, problems: [encrypted(bare)] }
  const document = parseDocument<Node>(text, {
    version: '1.1',
    schema: 'failsafe',
    customTags: [...scalarTags],
    merge: false,
    // The library's own check is quadratic in the number of keys; readValue has a linear one.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  })
  // One slip makes the parser stumble many times; only the first stumble says something.
  const [error] = document.errors
  if (error) return { source: bare, problems: [syntax(bare, error.pos[0], error.message)] }
  const reading = readValue(bare, document.contents)
  return { source: { ...bare, root: document.contents, ...reading }, problems: reading.problems }
}

const syntax = (source: Source, offset: number, message: string): Problem => {
  const [first = ''] = message.split('\n')
  return problemIn(source, offset, { code: `${source.kind}.syntax`, message: `not valid YAML: ${first}` })
}

const encrypted = (source: Source): Problem =>
  problemIn(source, 0, {
    code: `${source.kind}.invalid`,
    message: 'the file is encrypted with Ansible Vault, which files of group_vars and host_vars alone may be',
    hint: 'move what is secret in it there, and decrypt the rest with "ansible-vault decrypt"',
  })
