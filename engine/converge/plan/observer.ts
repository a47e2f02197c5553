import { randomBytes } from 'node:crypto'
import { FettleError } from '../../core/error.ts'
import { type Fact, type Read, type Stale, topicKey } from '../../core/fact.ts'
import { groupBy } from '../../core/group-by.ts'
import type { Session } from '../../core/ports.ts'

/** Asks a host and remembers the answers until they are forgotten. */
export interface Observer {
  readonly read: Read
  /** Forgets what may have changed, so that the next reading asks again. */
  forget(stale: 'everything' | readonly Stale[]): void
}

interface Question {
  readonly fact: Fact<unknown, unknown>
  readonly query: unknown
  answer(value: unknown): void
  fail(error: unknown): void
}

/** Questions asked in the same turn are sent as one script, one section for each fact. */
export const createObserver = (session: Session): Observer => {
  const answers = new Map<string, { readonly fact: string; readonly answer: Promise<unknown> }>()
  let waiting: Question[] = []

  const send = async () => {
    const questions = waiting
    waiting = []
    await askAll(session, questions).catch((error) => {
      for (const question of questions) question.fail(error)
    })
  }

  const ask = (fact: Fact<unknown, unknown>, query: unknown): Promise<unknown> =>
    new Promise((answer, fail) => {
      if (waiting.length === 0) setImmediate(send)
      waiting.push({ fact, query, answer, fail })
    })

  const read = (fact: Fact<unknown, unknown>, query: unknown): Promise<unknown> => {
    const key = topicKey({ fact: fact.name, query })
    const known = answers.get(key)
    if (known) return known.answer
    const answer = ask(fact, query)
    answers.set(key, { fact: fact.name, answer })
    return answer
  }

  return {
    read: read as Read,
    forget: (stale) => {
      if (stale === 'everything') return answers.clear()
      const keys = new Set(stale.flatMap((each) => ('query' in each ? topicKey(each) : [])))
      const facts = new Set(stale.flatMap((each) => ('query' in each ? [] : each.fact)))
      for (const [key, { fact }] of answers) if (keys.has(key) || facts.has(fact)) answers.delete(key)
    },
  }
}

const askAll = async (session: Session, questions: readonly Question[]): Promise<void> => {
  const sections = [...groupBy(questions, (question) => question.fact)]
  const nonce = randomBytes(12).toString('hex')
  const script = atOnce(sections.map(([fact, asked]) => section(fact, asked, nonce)).join(''))
  const outcome = await session.run(script, { forked: true })
  const outputs = splitSections(outcome.stdout, nonce)
  for (const [index, [fact, asked]] of sections.entries()) {
    const output = outputs[index]
    if (output?.exit === 0) answerAll(fact, asked, output.text)
    else failAll(fact, asked, output?.exit, outcome.stderr)
  }
}

const answerAll = (fact: Fact<unknown, unknown>, asked: readonly Question[], output: string) => {
  const queries = asked.map((question) => question.query)
  try {
    const answers = fact.parse(output, queries)
    for (const [at, question] of asked.entries()) question.answer(answers[at])
  } catch (error) {
    for (const question of asked) question.fail(error)
  }
}

const section = (fact: Fact<unknown, unknown>, asked: readonly Question[], nonce: string): string =>
  `(${fact.script(asked.map((question) => question.query))}\n)\nprintf '\\n${nonce} %d\\n' "$?"\n`

/**
 * Answers travel together: each write of a command would be a packet of its own. In the C locale a command starts half
 * a millisecond sooner, because it has no tables to read.
 */
const atOnce = (script: string): string => `export LC_ALL=C
answers=$(
${script})
printf '%s\\n' "$answers"
`

const splitSections = (stdout: string, nonce: string): { text: string; exit: number }[] => {
  const parts = stdout.split(new RegExp(`\\n${nonce} (\\d+)\\n`))
  return Array.from({ length: (parts.length - 1) / 2 }, (_, index) => ({
    text: parts[2 * index] ?? '',
    exit: Number(parts[2 * index + 1]),
  }))
}

const failAll = (
  fact: Fact<unknown, unknown>,
  asked: readonly Question[],
  exit: number | undefined,
  stderr: string,
) => {
  const error = new FettleError({
    code: 'fact.failed',
    message: `asking the host for "${fact.name}" failed${exit === undefined ? '' : ` with exit status ${exit}`}`,
    detail: stderr.trim().split('\n').slice(-5).join('\n'),
  })
  for (const question of asked) question.fail(error)
}
