import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FramedStream } from '../../../engine/transport/session/framed-stream.ts'

const marks = { text: '', begin: 'abcabd<', end: 'abcabd>' }
// Text in which the marks almost occur, and characters of one to four bytes.
const piece = fc.constantFrom(
  'a',
  'ab',
  'abcab',
  'abcabd',
  'abcabd=',
  '<',
  '>',
  '\n',
  '\r\n',
  '\u20ac',
  '\u{1f600}',
  ' ',
  '0',
)
const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''))
const free = text.filter((each) => !each.includes(marks.begin) && !each.includes(marks.end))

const cut = (bytes: Buffer, at: readonly number[]): Buffer[] => {
  const ends = [...at.map((each) => each % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b)
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

describe('a framed stream', () => {
  it('gives exactly what stands between the marks, however it is cut', () => {
    fc.assert(
      fc.property(free, free, free, fc.array(fc.nat(), { maxLength: 12 }), (noise, content, late, cuts) => {
        const lines: string[] = []
        const stream = new FramedStream(marks, (line) => lines.push(line))
        const whole = `${noise}${marks.begin}42\n${content}${marks.end}7\n${late}`
        // Pieces on both sides of a seam may make a mark; random ones cannot be met by chance.
        fc.pre(whole.indexOf(marks.begin) === noise.length)
        fc.pre(whole.indexOf(marks.end, noise.length) === noise.length + marks.begin.length + 3 + content.length)
        for (const chunk of cut(Buffer.from(whole), cuts)) stream.push(chunk)
        expect([stream.finished, stream.head, stream.foot, stream.text]).toEqual([true, '42', '7', content])
        const wanted = content.split('\n')
        expect(lines).toEqual(wanted.at(-1) === '' ? wanted.slice(0, -1) : wanted)
      }),
      { numRuns: 2000 },
    )
  })

  it('tells a line as soon as its newline is there', () => {
    const lines: string[] = []
    const stream = new FramedStream(marks, (line) => lines.push(line))
    stream.push(Buffer.from(`${marks.begin}1\nfirst\nabc`))
    expect(lines).toEqual(['first'])
  })

  it('is not finished before the exit status is whole', () => {
    const stream = new FramedStream(marks)
    stream.push(Buffer.from(`${marks.begin}1\n${marks.end}1`))
    expect(stream.finished).toBe(false)
    stream.push(Buffer.from('27\n'))
    expect([stream.finished, stream.foot]).toEqual([true, '127'])
  })

  it('keeps what was said when nothing began, at least its end', () => {
    const stream = new FramedStream(marks)
    stream.push(Buffer.from(`${'x'.repeat(100_000)} sorry`))
    expect(stream.noise).toMatch(/x sorry$/)
    expect(stream.noise.length).toBeLessThan(20_000)
  })
})
