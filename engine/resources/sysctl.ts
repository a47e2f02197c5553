import { effect, topic } from '../core/fact.ts'
import type { Difference, Plan } from '../core/plan.ts'
import { inOrder } from '../core/plan.ts'
import { declarer, type Resource } from '../core/resource.ts'
import { quote } from '../core/shell.ts'
import { type Step, script } from '../core/step.ts'
import { type PathAnswer, path } from '../facts/path.ts'
import { sysctl as running, sysctlPath, sysctlValue } from '../facts/sysctl.ts'
import { check, checkLine } from './check.ts'
import { folderFirst } from './directory.ts'
import { fileResource } from './file.ts'

/** A setting of the kernel, now and after every boot. */
interface Set {
  readonly state: 'set'
  /** With dots: `net.ipv4.ip_forward`. */
  readonly key: string
  readonly value: string
}

/** Nothing said about it at boot. The running value stays until then, because the kernel's own is not known. */
interface Unset {
  readonly state: 'unset'
  readonly key: string
}

interface State {
  readonly file: Parameters<typeof fileResource.plan>[1]
  readonly value: string | null
  readonly folder: PathAnswer
}

const folder = '/etc/sysctl.d'

/** Read after Debian's own files, which begin with digits. */
const fileOf = (spec: Set | Unset) => {
  const path = `${folder}/zz-${spec.key.replaceAll('/', '-')}.conf`
  return spec.state === 'set'
    ? ({ state: 'present', path, content: `${spec.key} = ${spec.value}\n` } as const)
    : ({ state: 'absent', path } as const)
}

export const sysctlResource: Resource<Set | Unset, State> = {
  kind: 'sysctl',
  identity: (spec) => spec.key,
  observe: async (spec, read) => {
    const [file, value, found] = await Promise.all([
      fileResource.observe(fileOf(spec), read),
      read(running, spec.key),
      read(path, folder),
    ])
    return { file, value, folder: found }
  },
  plan: (spec, { file, value, folder }) => {
    const saved = fileResource.plan(fileOf(spec), file)
    return spec.state === 'set' ? planSet(spec, saved, { value, folder }) : saved
  },
  retire: (identity) => ({ state: 'unset', key: identity }),
}

const planSet = (spec: Set, saved: Plan, { value, folder: found }: Omit<State, 'file'>): Plan => {
  const changes = value !== spec.value
  const differences: Difference[] = [
    ...(changes ? [{ what: 'running', from: value, to: spec.value }] : []),
    ...(saved.differences.length > 0 ? [{ what: 'at boot', from: null, to: spec.value }] : []),
  ]
  if (differences.length === 0) return inOrder
  const saves = saved.action === 'create' ? [...folderFirst(folder, found), ...saved.steps] : saved.steps
  const action = saved.action === 'create' ? 'create' : 'change'
  return { action, differences, steps: [...(changes ? [write(spec, value)] : []), ...saves] }
}

/** The running value first: what the kernel refuses is not kept for the next boot. */
const write = ({ key, value }: Set, before: string | null): Step =>
  script(`set ${key} to ${value}`, `printf '%s\\n' "$2" >"$1"`, {
    args: [sysctlPath(key), value],
    effects: [effect(running, key, value)],
    touches: [topic(running, key)],
    ...(before !== null &&
      steersPackets(key) && { guard: { undo: `echo ${quote(before)} >${quote(sysctlPath(key))}` } }),
  })

const steersPackets = (key: string): boolean =>
  /^net[./](ipv[46][./]conf|bridge|netfilter)[./]|[./]ip_forward$/.test(key)

const declare = declarer(sysctlResource)

export const sysctl = {
  /** This value, running and at boot. */
  set: ({ key, value }: { readonly key: string; readonly value: string | number }) => {
    check(/^[\w-]+([./][\w:*@-]+)+$/.test(key), `${JSON.stringify(key)} is not the name of a kernel setting`)
    checkLine(`the value of ${key}`, String(value).replaceAll('\t', ' '))
    return declare({ state: 'set', key, value: sysctlValue(String(value)) })
  },
  /** Not set at boot. The running value stays. */
  unset: ({ key }: { readonly key: string }) => declare({ state: 'unset', key }),
}
