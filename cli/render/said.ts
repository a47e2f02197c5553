/** A line that stays. Said of many hosts at the same time, it is written once. */
export interface Said {
  /** Three columns. */
  readonly mark: string
  readonly label: string
  readonly host?: string
  /** Stands on a line of its own, below. */
  readonly more?: string
}
