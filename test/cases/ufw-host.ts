import { readFileSync } from 'node:fs'
import { type Effect, effect, topic } from '../../engine/core/fact.ts'
import { sha256 } from '../../engine/core/hash.ts'
import { type Place, type Script, script } from '../../engine/core/step.ts'
import { path } from '../../engine/facts/path.ts'
import { text } from '../../engine/facts/text.ts'
import { type UfwAnswer, ufw } from '../../engine/facts/ufw.ts'
import { runningUnit, units } from '../../engine/facts/units.ts'
import { firewall } from '../../engine/resources/firewall.ts'
import { inForce } from '../../engine/resources/ufw/in-force.ts'
import { reloadScript, startScript, undoScript } from '../../engine/resources/ufw/load.ts'
import { enforcedFiles } from '../../engine/resources/ufw/wanted.ts'
import { later, rootFile } from './case.ts'

const captured = (name: string) => readFileSync(new URL(`../unit/facts/captured/${name}.txt`, import.meta.url), 'utf8')

/** A user.rules as ufw itself wrote it, with the rules below. */
export const userRules = captured('user-rules')

/** What a host once said, with a rule of somebody else's, for port 9999. */
export const withStranger = ufw.parse(captured('ufw'), [null])[0] as UfwAnswer

/** All lines through this; what it makes of some is left out. */
export const edited = (answer: UfwAnswer, edit: (line: string) => string | null): UfwAnswer => {
  const through = (lines: readonly string[]) => lines.map(edit).filter((line) => line !== null)
  const { files, kernel } = answer
  return {
    installed: true,
    files: Object.fromEntries(Object.entries(files).map(([name, lines]) => [name, through(lines)])),
    kernel: { 4: kernel[4] && through(kernel[4]), 6: kernel[6] && through(kernel[6]) },
  }
}

export const without = (answer: UfwAnswer, ...words: readonly string[]): UfwAnswer =>
  edited(answer, (line) => (words.some((word) => line.includes(word)) ? null : line))

/** As it is described below. */
export const sound = without(withStranger, ' 9999 ')

export const rules = [
  { protocol: 'tcp', port: '22', from: '10.190.89.1', comment: 'ufw: log-in' },
  { protocol: 'tcp', port: '5000:5010', from: '10.0.0.0/8', comment: 'ufw: metrics' },
  { protocol: 'tcp', port: '5000:5010', from: 'fd00::/8', comment: 'ufw: metrics' },
  { protocol: 'tcp', port: '80', from: '10.190.89.10', comment: 'nginx: web requests' },
] as const

export const described = {
  rules,
  management: { networks: ['10.190.89.1'], ports: [22] },
  exclusive: false,
  logging: 'low',
  outgoing: 'allow',
  ipv6: true,
} as const

export const enforced = firewall.enforced(described)

/** What ufw says once it is all in force. That it is right shows when it is looked at again. */
export const after = (found: UfwAnswer, change: Partial<Parameters<typeof firewall.enforced>[0]> = {}): UfwAnswer => {
  const spec = { state: 'enforced', ...described, ...change } as const
  return inForce(spec, found, enforcedFiles(spec, found))
}

const modes = {
  '/etc/ufw/before.rules': '0640',
  '/etc/ufw/before6.rules': '0640',
  '/etc/ufw/user.rules': '0640',
  '/etc/ufw/user6.rules': '0640',
  '/etc/default/ufw': '0644',
  '/etc/ufw/ufw.conf': '0644',
}

/** ufw, its unit, and its files with some of their texts. */
export const answersOf = (
  answer: UfwAnswer,
  texts: Readonly<Record<string, string>> = {},
  unit = runningUnit,
): Effect[] => [
  effect(ufw, null, answer),
  effect(units, 'ufw.service', unit),
  ...Object.entries(modes).map(([name, mode]) => effect(path, name, { ...rootFile(texts[name] ?? 'old'), mode })),
  ...Object.entries(texts).map(([name, content]) => effect(text, name, content)),
]

/** A file of ufw's written anew, after which ufw must be asked again, or says this. */
export const written = (name: keyof typeof modes, before: string, content: string, after?: UfwAnswer): Place => ({
  does: 'place',
  title: `write ${name}`,
  path: name,
  content,
  owner: 'root',
  group: 'root',
  mode: modes[name],
  relies: sha256(before),
  effects: [
    effect(path, name, { ...rootFile(content, later), mode: modes[name] }),
    effect(text, name, content),
    ...(after ? [effect(ufw, null, after)] : []),
  ],
  touches: [topic(path, name), topic(text, name), topic(ufw, null)],
})

const common = (after: UfwAnswer) => ({
  effects: [effect(ufw, null, after)],
  foretold: true as const,
  guard: { undo: undoScript },
})

export const started = (after: UfwAnswer): Script => script('start the firewall anew', startScript, common(after))
export const takenDown = (after: UfwAnswer): Script => script('take the firewall down', startScript, common(after))
export const reloaded = (after: UfwAnswer): Script =>
  script('load the rules of the firewall', reloadScript, { args: ['both'], ...common(after) })
