import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { circleFaults } from './check-circles.ts'

/** Which folder may import which. What is not listed may import nothing of ours but itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  cli: ['cli', 'engine', 'roles'],
  'engine/rollout': ['engine/converge', 'engine/core'],
  'engine/converge': ['engine/facts', 'engine/core'],
  'engine/resources': ['engine/facts', 'engine/core'],
  'engine/facts': ['engine/core'],
  roles: ['engine/resources', 'engine/core'],
  'engine/inventory': ['engine/core'],
  'engine/transport': ['engine/core'],
  'engine/store': ['engine/core'],
  'engine/release': ['engine/core'],
  'engine/schedule': ['engine/core'],
  'engine/secrets': ['engine/core'],
  'engine/templates': ['engine/core'],
  'engine/lab': ['engine/core'],
  'engine/core': [],
}

/** These describe and decide; they reach no file, socket, clock or process. */
const pure = ['engine/core', 'engine/facts', 'engine/resources', 'roles']
const impureModules = /from '(node:(?!crypto|util)[^']*|ssh2|execa|pg|node-cron)'/
const impureNames = /\b(process\.|Date\.now|performance\.now|setTimeout)\b/

/** What may read the value of a secret: what writes it to its target, compares it, or hides it. */
const mayReveal = [
  'engine/converge/perform/jobs.ts',
  'engine/converge/perform/place.ts',
  'engine/converge/perform/validation.ts',
  'engine/core/acme-account.ts',
  'engine/core/backup.ts',
  'engine/rollout/backup/keeper.ts',
  'engine/resources/content.ts',
  'engine/resources/database/password.ts',
  'engine/schedule/notify/mail.ts',
  'engine/schedule/notify/webhook.ts',
  'engine/secrets/masker.ts',
  'engine/templates/sealed.ts',
]

const maxLines = 250
const maxFunctionLines = 40

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))

const folderOf = (file: string): string => {
  const [top = '', second = ''] = file.split('/')
  return top === 'engine' ? `${top}/${second}` : top
}

const importsOf = (file: string, text: string): string[] =>
  [...text.matchAll(/(?:from|import\(?)\s*'(\.[^']+\.ts)'/g)].map((match) =>
    relative('.', normalize(join(dirname(file), match[1] ?? ''))),
  )

const directionFaults = (file: string, text: string): string[] => {
  const folder = folderOf(file)
  const allowed = [folder, ...(mayImport[folder] ?? [])]
  return importsOf(file, text)
    .filter((target) => !allowed.some((prefix) => target.startsWith(`${prefix}/`)))
    .map((target) => `${file}: ${folder} may not import ${target}`)
}

const secretFaults = (file: string, text: string): string[] =>
  /\breveal\b/.test(text) && file !== 'engine/core/secret.ts' && !mayReveal.includes(file)
    ? [`${file}: only what writes, compares or hides secrets may reveal them`]
    : []

const purityFaults = (file: string, text: string): string[] => {
  if (!pure.includes(folderOf(file))) return []
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|`[^`]*`|'[^'\n]*'|\/\/.*$/gm, '')
  const match = impureModules.exec(text) ?? impureNames.exec(code)
  return match ? [`${file}: ${folderOf(file)} is pure, but uses ${match[0]}`] : []
}

const sizeFaults = (file: string, text: string): string[] => {
  const lines = text.trimEnd().split('\n')
  const faults = lines.length > maxLines ? [`${file}: ${lines.length} lines, ${maxLines} at most`] : []
  let begin: number | null = null
  for (const [index, line] of lines.entries()) {
    if (/^(export )?(async )?(const \w+.*=>|function .*) \{$|^ {2}(async |static |#)*\w+\(.*\).* \{$/.test(line))
      begin = index
    if (/^( {2})?\}/.test(line) && begin !== null) {
      const size = index - begin + 1
      if (size > maxFunctionLines)
        faults.push(`${file}:${begin + 1}: a function of ${size} lines, ${maxFunctionLines} at most`)
      begin = null
    }
  }
  return faults
}

const voiceFaults = (file: string, text: string): string[] =>
  !file.startsWith('cli/') && /\bconsole\.(?:log|warn|error|info|debug)\(|\bprocess\.exit\(/.test(text)
    ? [`${file}: only cli/ prints and exits`]
    : []

/** The faults of one file, each with its place. */
export const faultsOf = (file: string, text: string): string[] =>
  [directionFaults, secretFaults, purityFaults, sizeFaults, voiceFaults].flatMap((look) => look(file, text))

/** All faults of the house's structure. */
export const structureFaults = (): string[] => {
  const texts = ['cli', 'engine', 'roles'].flatMap(sources).map((file) => [file, readFileSync(file, 'utf8')] as const)
  return [
    ...texts.flatMap(([file, text]) => faultsOf(file, text)),
    ...circleFaults(new Map(texts.map(([file, text]) => [file, importsOf(file, text)]))),
  ]
}
