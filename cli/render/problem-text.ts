import type { Problem } from '../../engine/core/error.ts'
import { isWhole, type Look, paints } from './look.ts'
import { compressNames } from './names.ts'
import { visibleLine, visibleText } from './visible.ts'
import { wrapped } from './width.ts'

const tailLines = 12

interface About {
  /** All that have this problem. Default: the one it names. */
  readonly hosts?: readonly string[]
  /** What was being done. */
  readonly step?: string
}

/** How a problem is shown, whoever threw it: what, where, the place in the file, what the outside world said, what to do. */
export const problemText = (problem: Problem, look: Look, about: About = {}): string => {
  const { position, frame, detail, hint } = problem
  return [
    headline(problem, look, about.hosts),
    ...(about.step ? [`  ${paints(look).dim('step')} ${about.step}`] : []),
    ...(position ? [`  ${paints(look).dim('at')} ${place(position)}`] : []),
    ...(frame ? frameLines(frame, look) : []),
    ...(detail ? detailLines(detail, look) : []),
    ...(hint ? hintLines(hint, look) : []),
  ].join('\n')
}

const headline = (problem: Problem, look: Look, hosts: readonly string[] | undefined): string => {
  const paint = paints(look)
  const where = hosts ?? (problem.host === undefined ? [] : [problem.host])
  const on = where.length > 0 ? ` on ${visibleLine(compressNames(where))}` : ''
  const start = `error[${problem.code}]${on}: `
  const [first = '', ...more] = wrapped(start + visibleText(problem.message).replaceAll('\n', ' '), look.columns)
  const label = `error[${problem.code}]`
  const painted = paint.red(paint.bold(label)) + paint.bold(first.slice(label.length))
  return [painted, ...more.map((line) => paint.bold(line))].join('\n')
}

const place = ({ file, line, column }: NonNullable<Problem['position']>): string =>
  visibleLine([file, line, column].filter((part) => part !== undefined).join(':'))

const frameLines = (frame: string, look: Look): string[] => {
  const paint = paints(look)
  return visibleText(frame)
    .split('\n')
    .map((line) => `  ${/^>|^ +\| *\^/.test(line) ? line : paint.dim(line)}`)
}

const detailLines = (detail: string, look: Look): string[] => {
  const lines = visibleText(detail).trimEnd().split('\n')
  const shown = isWhole(look) ? lines : lines.slice(-tailLines)
  const left = lines.length - shown.length
  const bar = paints(look).dim('|')
  return [
    ...(left > 0 ? [`  ${bar} ${paints(look).dim(`(${left} lines before; -v shows all)`)}`] : []),
    ...shown.flatMap((line) => wrapped(line.trimEnd(), look.columns - 4).map((piece) => `  ${bar} ${piece}`.trimEnd())),
  ]
}

const hintLines = (hint: string, look: Look): string[] => {
  const [first = '', ...more] = visibleText(hint)
    .split('\n')
    .flatMap((line) => wrapped(line, look.columns - 8))
  return [`  ${paints(look).cyan('hint:')} ${first}`, ...more.map((line) => `        ${line}`)]
}
