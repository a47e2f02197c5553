import type { Problem } from '../core/error.ts'
import type { Path } from './locate.ts'
import type { Layer } from './model.ts'
import { parseSource } from './parse-source.ts'
import { readSettingPath } from './setting-path.ts'

/** One `--set ROLE.PATH=VALUE`. */
export interface Assignment {
  readonly role: string
  readonly layer: Layer
}

export type ReadAssignment = { readonly assignment: Assignment } | { readonly problem: Problem }

/** Reads the text after `--set`; the value is YAML. */
export const readAssignment = (text: string): ReadAssignment => {
  const match = /^((?:[^"=]|"[^"]*")+)=(.*)$/s.exec(text)
  const path = match?.[1] === undefined ? undefined : readSettingPath(match[1].trim())
  const [role, ...rest] = path ?? []
  if (role === undefined) return { problem: usage(text, 'is not ROLE.SETTING=VALUE') }
  const { source, problems } = parseSource('site', `--set ${text}`, match?.[2] ?? '')
  if (problems.length > 0) return { problem: usage(text, `has a value that is ${problems[0]?.message}`) }
  const values = nest(rest, source.value)
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    return { problem: usage(text, `must name a setting of role "${role}"`) }
  const layer: Layer = {
    where: '--set',
    origin: { name: `--set ${text}` },
    values: values as Layer['values'],
  }
  return { assignment: { role, layer } }
}

const nest = (path: Path, value: unknown): unknown =>
  path.reduceRight<unknown>((inner, segment) => Object.fromEntries([[segment, inner]]), value)

const usage = (text: string, what: string): Problem => ({
  code: 'usage',
  message: `--set ${text} ${what}`,
  hint: `for example: --set haproxy.balance=leastconn, --set 'nginx.sites."shop.example".root=/srv/shop'`,
})
