import type { Position, Problem } from '../core/error.ts'
import { codeFrame } from '../core/frame.ts'
import type { Source } from './source.ts'

/** A problem before it is known where. */
export type Trouble = Pick<Problem, 'code' | 'message'> & {
  readonly hint?: string | undefined
  readonly detail?: string
}

interface Place {
  readonly line: number
  readonly column: number
}

export const placeOf = (text: string, offset: number): Place => {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}

export const positionIn = (source: Pick<Source, 'file' | 'text'>, offset: number): Required<Position> => ({
  file: source.file,
  ...placeOf(source.text, offset),
})

/** A problem at an offset of a file, with the lines around it. */
export const problemIn = (
  source: Pick<Source, 'file' | 'text' | 'sealed'>,
  offset: number,
  trouble: Trouble,
): Problem => {
  const position = positionIn(source, offset)
  if (source.sealed) return { ...settled(trouble), position }
  return { ...settled(trouble), position, frame: codeFrame(masked(source.text), position) }
}

const plainPassword =
  /([\w.-]*(?:pass|secret|token)[\w-]*["']?\s*:[ \t]+)(?!["']?(?:(?:secret|env|file|cmd|sops):|generate\b))([^\s,}][^,}\r\n]*)/gi

/** A frame must not show a password that stands on the line or beside it. Where one is to be had is none. */
const masked = (text: string): string => text.replace(plainPassword, '$1********')

/** A problem with a file as a whole, or with something that is in no file. */
export const problemWith = (file: string, trouble: Trouble): Problem => ({ ...settled(trouble), position: { file } })

/** `inventory/lab.yml:3:12` */
export const placeText = ({ file, line, column }: Position): string =>
  [file, line, column].filter((part) => part !== undefined).join(':')

/** Each problem once: what is wrong with a group is found again for every host in it. */
export const distinct = (problems: readonly Problem[]): readonly Problem[] => {
  const seen = new Set<string>()
  return problems.filter(({ message, position }) => {
    const identity = `${position ? placeText(position) : ''} ${message}`
    return !seen.has(identity) && seen.add(identity)
  })
}

export const settled = ({ hint, ...trouble }: Trouble): Problem => ({ ...trouble, ...(hint !== undefined && { hint }) })
