import { visibleText } from './visible.ts'

/** A piece of a page: what is put into it as text stays text. */
export interface Html {
  readonly html: string
}

type Part = string | number | Html | readonly Html[]

export const html = (fixed: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: fixed.map((text, index) => text + (index < parts.length ? toHtml(parts[index] as Part) : '')).join(''),
})

const toHtml = (part: Part): string => {
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return 'html' in part ? part.html : part.map((each) => each.html).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string =>
  visibleText(text).replace(/[&<>"']/g, (character) => entities[character] ?? '')
