/** Insertions, deletions, replacements and swaps of neighbours that make one word of the other. */
const distance = (a: string, b: string): number => {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitute = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = isSwap ? (before[j - 2] ?? 0) + 1 : substitute
      row.push(Math.min(substitute, swap, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    before = previous
    previous = row
  }
  return previous[b.length] ?? 0
}

/** The candidate that was probably meant, if one is near enough: a third of the length, at least two edits. */
export const suggest = (typed: string, candidates: Iterable<string>): string | undefined => {
  const allowed = Math.max(2, Math.floor(typed.length / 3))
  let best: { name: string; edits: number } | undefined
  for (const name of candidates) {
    const edits = distance(typed.toLowerCase(), name.toLowerCase())
    if (edits <= allowed && edits < name.length && (!best || edits < best.edits)) best = { name, edits }
  }
  return best?.name
}

export const didYouMean = (typed: string, candidates: Iterable<string>): string | undefined => {
  const name = suggest(typed, candidates)
  return name && `did you mean "${name}"?`
}
