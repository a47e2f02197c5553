import { type Attachments, declarer, type Resource } from '../core/resource.ts'
import type { Text } from '../core/secret.ts'
import { type PathAnswer, path } from '../facts/path.ts'
import type { UnitAnswer } from '../facts/units.ts'
import { check } from './check.ts'
import { checkUnitContent } from './content.ts'
import { folderFirst } from './directory.ts'
import { fileResource } from './file.ts'
import { observeUnit, reread, unitDirectory, withReread } from './unit.ts'
import { unitName } from './unit-name.ts'
import { guardOf } from './way-in.ts'

/** Settings laid over a unit of the distribution: `/etc/systemd/system/UNIT.d/NAME.conf`. */
interface Present {
  readonly state: 'present'
  readonly unit: string
  readonly name: string
  /** Never secret: systemd shows units to everybody. */
  readonly content: Text
}

interface Absent {
  readonly state: 'absent'
  readonly unit: string
  readonly name: string
}

interface State {
  readonly file: Parameters<typeof fileResource.plan>[1]
  readonly directory: PathAnswer
  readonly unit: UnitAnswer
}

const directoryOf = (spec: Present | Absent): string => `${unitDirectory}/${spec.unit}.d`

const fileOf = (spec: Present | Absent) => {
  const path = `${directoryOf(spec)}/${spec.name}.conf`
  return spec.state === 'present' ? { state: spec.state, path, content: spec.content } : { state: spec.state, path }
}

export const dropInResource: Resource<Present | Absent, State> = {
  kind: 'drop-in',
  identity: (spec) => `${spec.unit}/${spec.name}`,
  observe: async (spec, read) => {
    const [file, directory, unit] = await Promise.all([
      fileResource.observe(fileOf(spec), read),
      read(path, directoryOf(spec)),
      observeUnit(spec.unit, read),
    ])
    return { file, directory, unit }
  },
  plan: (spec, { file, directory, unit }) => {
    const placing = fileResource.plan(fileOf(spec), file)
    const plan = withReread(placing, unit.needsReload)
    return placing.action === 'create'
      ? { ...plan, steps: [...folderFirst(directoryOf(spec), directory), ...plan.steps] }
      : plan
  },
  stamp: (spec, { file }) => fileResource.stamp?.(fileOf(spec), file) ?? null,
  stampAfter: (spec) => fileResource.stampAfter?.(fileOf(spec)) ?? null,
  takeUp: [reread],
  guards: (spec) => guardOf(fileOf(spec).path),
  restores: true,
  retire: (identity) => {
    const slash = identity.indexOf('/')
    return { state: 'absent', unit: identity.slice(0, slash), name: identity.slice(slash + 1) }
  },
}

const declare = declarer(dropInResource)

const checked = <Spec extends { unit: string; name: string }>(spec: Spec): Spec => {
  check(/^[\w][\w.-]*$/.test(spec.name), `${JSON.stringify(spec.name)} is not a name for a drop-in`)
  return { ...spec, unit: unitName(spec.unit) }
}

export const dropIn = {
  /** A drop-in that systemd has read. A running unit goes on as it was unless it `restarts`. */
  present: (spec: Omit<Present, 'state'> & Attachments) => {
    checkUnitContent(`drop-in ${spec.name} of ${spec.unit}`, spec.content)
    return declare({ state: 'present', ...checked(spec) })
  },
  /** No drop-in of this name. */
  absent: (spec: Omit<Absent, 'state'> & Attachments) => declare({ state: 'absent', ...checked(spec) }),
}
