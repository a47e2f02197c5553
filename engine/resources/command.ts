import { effect } from '../core/fact.ts'
import { inOrder, type Plan } from '../core/plan.ts'
import { type Attachments, declarer, type Resource } from '../core/resource.ts'
import { quote } from '../core/shell.ts'
import { script } from '../core/step.ts'
import { guard } from '../facts/guard.ts'
import { path } from '../facts/path.ts'
import { check, checkPath } from './check.ts'
import { checkContent } from './content.ts'

/** Something to be done once, for what no resource can say. It must tell when it need not be done. */
type Command = {
  /** Says what it does: the title of the step, and its identity on the host. */
  readonly name: string
  /** POSIX sh, run by `sh -e` as root. It must bear being run again after it was cut short, unless it says `once`. */
  readonly script: string
  /** Arrive as `"$@"`. Everybody on the host may see them: what is secret is placed in a private file instead. */
  readonly args?: readonly string[]
  /** Takes long: it runs apart from the connection and ends by itself, whatever becomes of this run. */
  readonly detached?: true
  /** Must not be done twice: where it was cut short in the middle, a person has to look first. Only with `detached`. */
  readonly once?: true
} & Condition

type Condition =
  | {
      /** Not run where this path exists. */
      readonly creates: string
      readonly unless?: never
    }
  | {
      /** POSIX sh; not run where it exits with 0. It changes nothing and takes less than half a minute. */
      readonly unless: string
      readonly creates?: never
    }

/** Whether it has been done. */
export const commandResource: Resource<Command, boolean> = {
  kind: 'command',
  identity: (spec) => spec.name,
  observe: async (spec, read) =>
    spec.creates === undefined ? await read(guard, spec.unless) : (await read(path, spec.creates)).type !== 'absent',
  plan: (spec, done) => (done ? inOrder : planRun(spec)),
}

const planRun = (spec: Command): Plan => ({
  action: 'run',
  differences: [
    spec.creates === undefined
      ? { what: spec.unless, from: 'false', to: 'true' }
      : { what: 'path', from: null, to: spec.creates },
  ],
  steps: [
    script(spec.name, `sh -e -c ${quote(spec.script)} sh "$@"`, {
      args: spec.args ?? [],
      ...(spec.detached && { detached: true }),
      ...(spec.once && { once: true }),
      effects: spec.creates === undefined ? [effect(guard, spec.unless, true)] : [],
    }),
  ],
})

const declare = declarer(commandResource)

export const command = {
  /** Runs a script unless what it is for is there already. What it does under a guard may well be to the network. */
  run: (spec: Command & Attachments) => {
    check(
      (spec.creates === undefined) !== (spec.unless === undefined),
      `the command "${spec.name}" says neither or both of what it creates and what makes it unnecessary`,
      'give it either `creates` or `unless`, so that a second run has nothing to do',
    )
    check(!spec.once || spec.detached === true, `the command "${spec.name}" says once, but not detached`)
    if (spec.creates !== undefined) checkPath(spec.creates)
    for (const text of [spec.script, spec.unless ?? '', ...(spec.args ?? [])])
      checkContent(`the command "${spec.name}"`, text)
    check(spec.name.trim() !== '', 'a command needs a name that says what it does')
    return declare({ ...spec, ...(spec.guard && { guard: { network: true, ...spec.guard } }) })
  },
}
