import type { UfwAnswer } from '../../facts/ufw.ts'
import { isOfBlock, valueIn, withBlock } from './files.ts'
import type { Logging, Policy } from './logging.ts'
import { type Family, isMeant, isOwn, readEntries, renderRules } from './rules.ts'
import { beforeFile, configuration, rulesFile, type WantedFile, wantedValues, wayIn } from './wanted.ts'
import { ruleDifferences } from './words.ts'

const families: readonly Family[] = [4, 6]

/** Whether nothing of Fettle's is left, neither in the files nor in the kernel. */
export const isReleased = (found: UfwAnswer): boolean => {
  const lines = [...Object.values(found.files).flat(), ...(found.kernel[4] ?? []), ...(found.kernel[6] ?? [])]
  const entries = families.flatMap((family) => readEntries(found.files[rulesFile(family)] ?? []))
  return !lines.some(isOfBlock) && !entries.some(isOwn)
}

/** The files without what is Fettle's. Disabled first: whatever comes in between, nothing is loaded at boot. */
export const releasedFiles = (found: UfwAnswer): readonly WantedFile[] => [
  wantedValues(configuration, { ENABLED: 'no' }, found),
  ...families.map((family) => withoutOwn(family, found)),
  ...families.map((family) => withoutBlock(family, found)),
]

/** Where only Fettle's rules are left, the file that they replaced comes back. */
const withoutOwn = (family: Family, found: UfwAnswer): WantedFile => {
  const path = rulesFile(family)
  const lines = found.files[path] ?? []
  const entries = readEntries(lines)
  const strangers = entries.filter((entry) => !isOwn(entry))
  const common = { path, mode: '0640', differences: ruleDifferences(entries.filter(isOwn), [], false) }
  if (strangers.length === entries.length) return { ...common, content: null, meant: lines }
  if (strangers.length === 0) return { ...common, content: 'former', meant: [] }
  const content = renderRules(strangers, family, loggingIn(found), formerPolicies)
  return { ...common, content: () => content, meant: content.split('\n').filter(isMeant) }
}

/** ufw writes them anew when it is enabled. */
const formerPolicies: Readonly<Record<'input' | 'output' | 'forward', Policy>> = {
  input: 'DROP',
  output: 'ACCEPT',
  forward: 'DROP',
}

const loggingIn = (found: UfwAnswer): Logging =>
  (valueIn(found.files[configuration] ?? [], 'LOGLEVEL') ?? 'low') as Logging

const withoutBlock = (family: Family, found: UfwAnswer): WantedFile => {
  const path = beforeFile(family)
  const block = (found.files[path] ?? []).filter(isOfBlock)
  const differences = [{ what: `way in for IPv${family}`, from: wayIn(block) ?? 'empty', to: null }]
  const common = { path, mode: '0640', meant: [] }
  if (block.length === 0) return { ...common, differences: [], content: null }
  return { ...common, differences, content: (text) => withBlock(text, []) }
}
