const esc = '\u001b'
const pieces = new RegExp(`(\r|\n|${esc}\\[[0-9;?]*[A-Za-z])`)

/** What a terminal of this size would show, as far as the renderer speaks to it. Remembers how high a region was written over. */
export class Screen {
  columns: number
  rows: number
  /** Rows that were erased at once, for each time. */
  readonly erased: number[] = []
  private readonly lines: string[] = ['']
  private row = 0
  private column = 0
  private wraps = true

  constructor(columns: number, rows: number) {
    this.columns = columns
    this.rows = rows
  }

  write(text: string): void {
    for (const piece of text.split(pieces)) {
      if (piece === '\r') this.column = 0
      else if (piece === '\n') this.nextLine()
      else if (piece.startsWith(esc)) this.obey(piece)
      else if (piece !== '') this.type(piece)
    }
  }

  /** Everything that was ever shown, without what was written over. */
  get scrollback(): string {
    return this.lines.join('\n').trimEnd()
  }

  /** What is to be seen now. */
  get view(): string[] {
    return this.lines.slice(-this.rows)
  }

  private get top(): number {
    return Math.max(0, this.lines.length - this.rows)
  }

  private type(text: string): void {
    const room = this.columns - this.column
    const line = this.lines[this.row] ?? ''
    const shown = text.slice(0, room)
    this.lines[this.row] = line.slice(0, this.column) + shown + line.slice(this.column + shown.length)
    this.column += shown.length
    if (text.length <= room || !this.wraps) return
    this.nextLine()
    this.type(text.slice(room))
  }

  private nextLine(): void {
    this.row++
    this.column = 0
    if (this.row === this.lines.length) this.lines.push('')
  }

  private obey(sequence: string): void {
    const count = Number(/\d+/.exec(sequence)?.[0] ?? 1)
    if (sequence.endsWith('A')) {
      this.erased.push(count)
      this.row = Math.max(this.top, this.row - count)
    } else if (sequence.endsWith('J')) {
      this.lines.splice(this.row + 1)
      this.lines[this.row] = (this.lines[this.row] ?? '').slice(0, this.column)
    } else if (sequence.includes('?7')) this.wraps = sequence.endsWith('h')
    else if (!/\?2026[hl]$|m$/.test(sequence)) throw new Error(`an unknown sequence: ${JSON.stringify(sequence)}`)
  }
}
