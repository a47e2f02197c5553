/** A shell glob as an expression for whole names: `*`, `?`, `[abc]`, `[a-c]`, `[!abc]`. */
export const globPattern = (glob: string): RegExp => {
  const body = glob.replace(/\*|\?|\[(!?)(\]?[^\]]*)\]|[^*?[]|\[/gu, (token, not?: string, set?: string) => {
    if (token === '*') return '.*'
    if (token === '?') return '.'
    if (set !== undefined) return `[${not ? '^' : ''}${set.replace(/[\\\]^[&~|]/g, '\\$&')}]`
    return token.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  })
  return new RegExp(`^${body}$`, 's')
}
