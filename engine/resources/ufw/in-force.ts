import type { UfwAnswer } from '../../facts/ufw.ts'
import { closedKernel, type Expected, expectedKernel, judgeKernel, type Verdict } from './kernel.ts'
import type { Family } from './rules.ts'
import {
  arranged,
  configuration,
  defaults,
  type Enforced,
  managementOf,
  policiesOf,
  type WantedFile,
  wantedRules,
} from './wanted.ts'

const expectedOf = (spec: Enforced, family: Family, found: UfwAnswer): Expected =>
  family === 6 && !spec.ipv6
    ? closedKernel
    : expectedKernel(
        family,
        wantedRules(spec, family, found).meant,
        arranged(spec, family, found).entries,
        managementOf(spec, family),
        policiesOf(spec, found),
      )

/** A kernel without IPv6 has nothing to be kept out. */
const familiesOf = (found: UfwAnswer): readonly Family[] => (found.kernel[6] === null ? [4] : [4, 6])

/** The worse of both families. */
export const judge = (spec: Enforced, found: UfwAnswer): Verdict => {
  const verdicts = familiesOf(found).map((family) =>
    judgeKernel(found.kernel[family] ?? [], expectedOf(spec, family, found)),
  )
  return (
    verdicts.find((verdict) => verdict === 'not in force') ??
    verdicts.find((verdict) => verdict !== 'in force') ??
    'in force'
  )
}

/** Policies, logging and families are read once, when the firewall starts. */
export const restarts = (files: readonly WantedFile[]): boolean =>
  files.some(({ path, content }) => (path === configuration || path === defaults) && content !== null)

export const meantAfter = (found: UfwAnswer, files: readonly WantedFile[]): UfwAnswer['files'] => ({
  ...found.files,
  ...Object.fromEntries(files.map(({ path, meant }) => [path, meant])),
})

/** What ufw will say once all of it is done. */
export const inForce = (spec: Enforced, found: UfwAnswer, files: readonly WantedFile[]): UfwAnswer => {
  const lines = (family: Family) => {
    const { policies, rules } = expectedOf(spec, family, found)
    return [...policies, ...rules]
  }
  return {
    installed: true,
    files: meantAfter(found, files),
    kernel: { 4: lines(4), 6: found.kernel[6] === null ? null : lines(6) },
  }
}
