const twoDigits = (number: number): string => String(number).padStart(2, '0')

/** Milliseconds since the epoch as the time of day here: `14:05:09`. */
export const timeText = (at: number): string => new Date(at).toTimeString().slice(0, 8)

/** The same with its date, unless that is today. */
export const momentText = (at: number, now = Date.now()): string => {
  const [date, today] = [new Date(at), new Date(now)]
  if (date.toDateString() === today.toDateString()) return timeText(at)
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())} ${timeText(at)}`
}
