/**
 * A fact is a question that can be asked of a host, and how to read the answer.
 * One script answers many queries, so that a whole description costs one round trip.
 */
export interface Fact<Query, Answer> {
  /** Unique among facts; with the query it identifies one answer. */
  readonly name: string
  /**
   * POSIX sh, run as root in the C locale with stdin closed. It must not change the host, print text, which has no NUL, and exit 0
   * when it could look.
   */
  script(queries: readonly Query[]): string
  /** Pure. One answer per query, in the same order; absence is an answer, not an error. */
  parse(output: string, queries: readonly Query[]): readonly Answer[]
}

/** Asks one question. Questions asked in the same turn travel together. */
export type Read = <Query, Answer>(fact: Fact<Query, Answer>, query: Query) => Promise<Answer>

/** Names one answer of one fact, without its value. */
export interface Topic {
  readonly fact: string
  readonly query: unknown
}

/** Answers that may not hold any more: one, or without a query all of a fact. */
export type Stale = Topic | Pick<Topic, 'fact'>

/** An answer that a step is known to bring about. */
export interface Effect extends Topic {
  readonly answer: unknown
}

export const topic = <Q, A>(fact: Fact<Q, A>, query: NoInfer<Q>): Topic => ({ fact: fact.name, query })

export const effect = <Q, A>(fact: Fact<Q, A>, query: NoInfer<Q>, answer: NoInfer<A>): Effect => ({
  fact: fact.name,
  query,
  answer,
})

/** The identity of an answer: equal for equal questions. */
export const topicKey = (topic: Topic): string => `${topic.fact} ${JSON.stringify(topic.query)}`
