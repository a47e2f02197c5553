import type { Validator } from '../../core/resource.ts'
import { reveal } from '../../core/secret.ts'
import { command } from '../../core/shell.ts'
import type { Script, Step } from '../../core/step.ts'
import type { PlannedItem } from '../plan/planning.ts'
import type { Reaction } from '../plan/reactions.ts'
import { detachedScript } from '../state/detached.ts'
import { type About, replacementOf } from '../state/generations.ts'
import { type ManifestLine, recordScript } from '../state/manifest.ts'
import { networkUnit, reconfigureLinks } from '../state/network.ts'
import { type Job, judging } from './batch.ts'
import { linkCall, placeCall, unplaceCall } from './place.ts'
import { validationScript } from './validation.ts'

/** A job, and the step that it came from where neighbours may still join it. */
export interface StepJob extends Job {
  readonly step: Step
  readonly results: readonly ManifestLine[]
}

export interface JobContext {
  /** What to record before the step. */
  readonly intents: readonly ManifestLine[]
  /** What to record once the step is done. */
  readonly results: readonly ManifestLine[]
  /** Keep a copy of what is replaced. */
  readonly keep: boolean
  /** Give back what was kept. */
  readonly restore: boolean
  /** Written beside the version that is replaced; without it that one is not kept as a generation. */
  readonly about?: About
}

export const stepJob = (keys: readonly string[], step: Step, context: JobContext): StepJob => ({
  keys,
  title: step.title,
  step,
  intents: context.intents,
  results: context.results,
  ...(step.does === 'run' && step.timeout !== undefined && { timeout: step.timeout * 1000 }),
  ...(step.does !== 'run' && {
    relies: true,
    ...(context.about && replacementOf(step, context.about) && { replaces: true }),
  }),
  body: () => stepBody(step, context) + (context.results.length > 0 ? ` && {${recordScript(context.results)}\n}` : ''),
})

const stepBody = (step: Step, { keep, restore, about }: JobContext): string => {
  if (step.does !== 'run') {
    const keeping = { original: keep, replacement: about ? replacementOf(step, about) : null }
    if (step.does === 'place') return placeCall(step, keeping)
    if (step.does === 'link') return linkCall(step, keeping)
    return unplaceCall({ ...step, restore: step.restore || restore }, keeping)
  }
  if (step.detached) return detachedScript(step)
  return `\n(export LC_ALL=C.UTF-8\nset -- ${command(...step.args.map(reveal))}\n${step.script}\n)`
}

const canMerge = (last: Step, next: Step): next is Script =>
  last.does === 'run' && next.does === 'run' && Boolean(last.merge && next.merge) && last.script === next.script

/** `install curl` and `install rsync` are one sentence. */
const joinTitles = (last: string, next: string): string => {
  const [verb = '', ...things] = next.split(' ')
  return last.startsWith(`${verb} `) ? `${last}, ${things.join(' ')}` : `${last}, ${next}`
}

/** Joins a step to the job before it, where both are parts of one transaction. */
export const mergeJob = (last: StepJob | undefined, next: StepJob): StepJob | null => {
  if (last?.step.does !== 'run' || !canMerge(last.step, next.step)) return null
  const step: Script = {
    ...last.step,
    title: joinTitles(last.step.title, next.step.title),
    args: [...last.step.args, ...next.step.args],
    effects: [...last.step.effects, ...next.step.effects],
  }
  const intents = [...last.intents, ...next.intents]
  const results = [...last.results, ...next.results]
  return stepJob([...last.keys, ...next.keys], step, { intents, results, keep: false, restore: false })
}

/** Judges every file of a validator that this plan changes, before the first of them is placed. */
export const validationJob = (validator: Validator, items: readonly PlannedItem[]): Job => {
  const steps = items
    .filter(({ item }) => item.declaration.attachments.validate?.name === validator.name)
    .flatMap(({ plan }) => plan.steps)
  return {
    keys: [],
    title: `check the ${validator.name} configuration`,
    intents: [],
    judges: true,
    body: (nonce) => validationScript(validator, steps, judging(nonce)),
  }
}

/** How often a unit was started before is forgotten: systemd would leave one down that restarts too often. */
export const reactionJob = ({ unit, asks }: Reaction, paid: ManifestLine): Job => ({
  keys: [unit],
  title: `${asks} ${unit}`,
  intents: [],
  body: () => `
${asks === 'restart' ? `${command('systemctl', 'reset-failed', '--', unit)} 2>/dev/null` : ''}
${command('systemctl', asks === 'restart' ? 'restart' : 'reload-or-restart', '--', unit)} || {
  status=$?
  ${command('journalctl', '--no-pager', '--quiet', '-n', '15', '-o', 'cat', '-u', unit)} >&2
  exit $status
}${unit === networkUnit ? reconfigureLinks : ''}
${recordScript([paid])}`,
})

export const recordJob = (lines: readonly ManifestLine[]): Job => ({
  keys: [],
  title: 'record what is in force',
  intents: [],
  body: () => recordScript(lines),
})
