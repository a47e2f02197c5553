/** Milliseconds in the words of a stopwatch: `0.34 s`, `12 s`, `2 min 05 s`. */
export const durationText = (milliseconds: number): string => {
  const seconds = milliseconds / 1000
  return seconds < 9.95 ? `${seconds.toFixed(seconds < 0.995 ? 2 : 1)} s` : secondsText(Math.round(seconds))
}

/** The same for a clock that is still running: whole seconds. */
export const elapsedText = (milliseconds: number): string => secondsText(Math.floor(milliseconds / 1000))

const secondsText = (seconds: number): string => {
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}
