import { mark, reveal, type Secret } from '../core/secret.ts'
import { type Form, formsOf } from './forms.ts'

/** Text without secrets, and whatever holds text. */
export interface Masker {
  text(text: string): string
  /** The same value with every text in it masked, keys too; itself where nothing in it is secret. */
  value<Value>(value: Value): Value
}

/** Hides secrets in all forms in which the outside world may give them back. Where they overlap, all of it is hidden. */
export const masker = (secrets: Iterable<Secret>): Masker => {
  const values = new Set([...secrets].map(reveal))
  const forms = [...values].flatMap(formsOf)
  const text = (from: string): string => hide(from, forms)
  return { text, value: (value) => (forms.length === 0 ? value : (masked(value, text) as typeof value)) }
}

const hide = (text: string, forms: readonly Form[]): string => {
  const spans = forms.flatMap((form) => spansOf(text, form)).sort((a, b) => a.start - b.start)
  let shown = ''
  let end = 0
  for (const span of spans) {
    if (span.end <= end) continue
    // What touches the one before is hidden with it.
    if (span.start > end || end === 0) shown += text.slice(end, span.start) + mark
    end = span.end
  }
  return shown + text.slice(end)
}

interface Span {
  readonly start: number
  readonly end: number
}

/** Also those that begin within another. */
const spansOf = (text: string, { beginning, whole }: Form): Span[] => {
  if (!beginning.test(text)) return []
  const spans: Span[] = []
  const form = whole()
  for (form.lastIndex = 0; ; ) {
    const match = form.exec(text)
    if (!match) return spans
    spans.push({ start: match.index, end: match.index + match[0].length })
    form.lastIndex = match.index + 1
  }
}

const masked = (value: unknown, text: (text: string) => string): unknown => {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return value.map((item) => masked(item, text))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [text(key), masked(part, text)]))
}
