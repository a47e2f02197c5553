/** Shorter texts are not looked for: what they consist of is in too much that is no secret. */
export const shortestMasked = 4

/** A pattern. Where its beginning is not found, the whole of it is not either, and need not be compiled. */
export interface Form {
  readonly beginning: RegExp
  whole(): RegExp
}

/** Units of a pattern that make its beginning: few are soon compiled, and enough are seldom found. */
const beginningUnits = 8

const formOf = (units: number, pattern: (units: number) => string): Form => {
  let whole: RegExp | undefined
  return {
    beginning: new RegExp(pattern(Math.min(units, beginningUnits))),
    whole: () => {
      whole ??= new RegExp(pattern(units), 'g')
      return whole
    },
  }
}

/**
 * Patterns for the forms of a secret: as it is, quoted for shells, JSON, URLs and HTML, each in any mixture; in base64
 * wherever in a longer text it began; in hexadecimal. Of several lines each is a secret of its own, since output may be
 * cut or moved line by line.
 */
export const formsOf = (value: string): readonly Form[] => {
  const lines = value.split(/\r?\n/).map((line) => line.trim())
  const parts = new Set([value, value.trim(), ...lines].filter((part) => part.length >= shortestMasked))
  const wholes = [...new Set([value, value.trim()])].filter((part) => part.length >= shortestMasked)
  return [...[...parts].map(writtenForm), ...wholes.flatMap((part) => [...base64Forms(part), hexForm(part)])]
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&')

/** A character's own escapes; every character may also be percent-encoded or have backslashes before it. */
const escapes: Readonly<Record<string, readonly string[]>> = {
  '&': ['&amp;', '&#0*38;'],
  '<': ['&lt;', '&#0*60;'],
  '>': ['&gt;', '&#0*62;'],
  ' ': ['\\+'],
  '\n': ['\\r\\n', '\\\\+n', '\\\\+r\\\\+n'],
  '\r': ['\\\\+r'],
  '\t': ['\\\\+t'],
}

/** What quotes are made of. One who quotes them again makes more of them, so that a run stands for every longer one. */
const quoting = `(?:['"\\\\]|%2[27]|%5[cC]|&quot;|&apos;|&#0*3[49];|&#[xX]0*2[27];|u00(?:2[27]|5[cC]))`

const writtenForm = (value: string): Form => {
  const parts = value.match(/['"\\]+|[^'"\\]/gsu) ?? []
  return formOf(parts.length, (units) =>
    parts
      .slice(0, units)
      .map((part, index) => writtenPart(part, parts[index - 1]))
      .join(''),
  )
}

const isQuoting = (part: string): boolean => /^['"\\]/.test(part)

/**
 * Backslashes are looked for only between what was found, and where a run of them begins: anything else would take
 * time that grows with the square of the text.
 */
const writtenPart = (part: string, before: string | undefined): string => {
  const start = before === undefined ? `(?<!['"\\\\])` : ''
  if (isQuoting(part)) return `${start}${quoting}{${part.length},}`
  const mayBeQuoted = before !== undefined && !isQuoting(before) && (part.codePointAt(0) ?? 0) >= 32
  const units = [...Array(part.length).keys()].map((index) => `u${anyCase(hex16(part.charCodeAt(index)))}`)
  const bytes = [...Buffer.from(part)].map((byte) => `%${anyCase(hex8(byte))}`)
  const unicode = `${start}\\\\+${units.join('\\\\+')}`
  const plain = `${mayBeQuoted ? '\\\\*' : ''}${literal(part)}`
  return `(?:${[...(escapes[part] ?? []), bytes.join(''), unicode, plain].join('|')})`
}

const hex8 = (byte: number): string => byte.toString(16).padStart(2, '0')
const hex16 = (unit: number): string => unit.toString(16).padStart(4, '0')
const anyCase = (hex: string): string => hex.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)

/** Both alphabets; lines may be broken anywhere. What shares a character with its neighbours in the text is left out. */
const base64Forms = (value: string): Form[] =>
  [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)])
    const first = Math.ceil((before * 8) / 6)
    const whole = Math.floor((bytes.length * 8) / 6)
    const form = bytes.toString('base64').slice(first, whole)
    if (form.length < shortestMasked) return []
    const letters = [...form].map((letter) => ({ '+': '[+-]', '/': '[/_]' })[letter] ?? letter)
    return [formOf(letters.length, (units) => letters.slice(0, units).join('(?:\\\\+n|\\s)*'))]
  })

/** With or without something between the bytes, as `od` and certificates have it. */
const hexForm = (value: string): Form => {
  const bytes = [...Buffer.from(value)].map((byte) => anyCase(hex8(byte)))
  return formOf(bytes.length, (units) => bytes.slice(0, units).join('(?:[\\s:]|\\\\+n)*'))
}
