import type { Syntax } from 'nunjucks/src/nodes.js'
import parser from 'nunjucks/src/parser.js'
import type { Flaw } from './syntax.ts'

const options = { trimBlocks: true, lstripBlocks: true }

/** Never throws for a mistake in the template: that is a flaw. */
export const parse = (source: string, file: string): { tree: Syntax } | { flaw: Flaw } => {
  const endless = endlessRaw(source)
  if (endless) return { flaw: { file, ...endless } }
  try {
    return { tree: parser.parse(source, [], options) }
  } catch (error) {
    return { flaw: { file, ...explain(source, error) } }
  }
}

/** The parser drops the rest of the text without a word when `raw` is not closed in exactly this form. */
const endlessRaw = (source: string): Found | undefined => {
  const match = /\{%-?\s*(raw|verbatim)\s*-?%\}(?![\s\S]*\{%\s*end\1\s*%\})/.exec(source)
  return match ? neverClosed(match[1] ?? 'raw', at(source, match.index)) : undefined
}

type Found = Omit<Flaw, 'file'>

const explain = (source: string, error: unknown): Found => {
  const { message, lineno, colno } = error as { message: string; lineno?: number; colno?: number }
  const words = message.replace(/^parse\w+: |^advanceAfterBlockEnd: /, '')
  const placed = lineno && colno ? { message: words, line: lineno, column: colno } : undefined
  if (placed && !/^unknown block tag: (?:end|else|elif)/.test(words)) return placed
  return unclosed(source) ?? placed ?? { message: words, ...at(source, source.length) }
}

const at = (source: string, index: number): { line: number; column: number } => {
  const before = source.slice(0, index).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}

const pieces =
  /\{#[\s\S]*?(?:#\}|$(?![\s\S])(?<comment>))|\{\{[\s\S]*?(?:\}\}|$(?![\s\S])(?<print>))|\{%-?\s*(?<raw>raw|verbatim)\s*-?%\}[\s\S]*?(?:\{%-?\s*end\k<raw>\s*-?%\}|$(?![\s\S]))|\{%-?\s*(?<tag>\w+)(?<rest>[\s\S]*?)(?:%\}|$(?![\s\S])(?<open>))/g

const closing = new Set(['if', 'for', 'macro', 'call', 'filter', 'block', 'set', 'switch'])

/** The parser knows no place for what is never closed; so the text is read once more, by its tags alone. */
const unclosed = (source: string): Found | undefined => {
  const open: { tag: string; index: number }[] = []
  for (const match of source.matchAll(pieces)) {
    const { comment, print, tag, rest, open: cut } = match.groups ?? {}
    const here = at(source, match.index)
    if (comment !== undefined) return { message: 'a comment is never closed', ...here, hint: 'close it with #}' }
    if (print !== undefined) return { message: 'an expression is never closed', ...here, hint: 'close it with }}' }
    if (cut !== undefined) return { message: 'a tag is never closed', ...here, hint: 'close it with %}' }
    if (!tag) continue
    if (closing.has(tag) && !(tag === 'set' && rest?.includes('='))) open.push({ tag, index: match.index })
    if (!tag.startsWith('end')) continue
    const last = open.pop()
    if (last?.tag !== tag.slice(3)) return mismatch(tag, here, last && { tag: last.tag, ...at(source, last.index) })
  }
  const last = open.pop()
  return last && neverClosed(last.tag, at(source, last.index))
}

const neverClosed = (tag: string, here: { line: number; column: number }): Found => ({
  message: `"${tag}" is never closed`,
  ...here,
  hint: `close it with {% end${tag} %}`,
})

const mismatch = (
  tag: string,
  here: { line: number; column: number },
  last: { tag: string; line: number } | undefined,
): Found => ({
  message: last ? `"${tag}" cannot close the "${last.tag}" of line ${last.line}` : `"${tag}" closes nothing`,
  ...here,
  ...(last && { hint: `{% end${last.tag} %} was expected here` }),
})
