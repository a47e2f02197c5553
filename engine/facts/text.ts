import type { Fact } from '../core/fact.ts'
import { command } from '../core/shell.ts'

/** A text file's content; null where there is no file, or where it is not worth a diff (over 64 KiB, or binary). */
export const text: Fact<string, string | null> = {
  name: 'text',

  script: (paths) => `
for p in ${command(...paths)}; do
  [ -f "$p" ] && [ "$(stat -L -c %s -- "$p")" -le 65536 ] && base64 -w0 -- "$p" || printf -- -
  echo
done`,

  parse: (output, paths) => {
    const lines = output.split('\n')
    return paths.map((_, index) => decode(lines[index] ?? '-'))
  },
}

const decode = (line: string): string | null => {
  if (line === '-') return null
  const content = Buffer.from(line, 'base64').toString('utf8')
  return content.includes('\0') || content.includes('\ufffd') ? null : content
}
