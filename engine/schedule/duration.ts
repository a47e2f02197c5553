const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `30s`, `10m`, `2h`, `7d` in milliseconds; null for anything else, and for more than a year. */
export const readDuration = (text: unknown): number | null => {
  const [, number = '', unit = ''] = /^([1-9]\d{0,7})([smhd])$/.exec(typeof text === 'string' ? text : '') ?? []
  const milliseconds = Number(number) * (units[unit as keyof typeof units] ?? 0)
  return milliseconds > 0 && milliseconds <= 366 * units.d ? milliseconds : null
}
