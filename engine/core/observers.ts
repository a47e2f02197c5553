/** What an observer of a database cluster holds of it. */
export interface Opinion {
  /** The newest promotion that it knows of; 0 for none. */
  readonly epoch: number
  /** The writer by that promotion is gone, and a replica could take over. */
  readonly gone: boolean
}

/** All observers of a cluster that have given a sign of life lately, whoever asks among them. */
export interface Gathering {
  readonly observers: number
  /** Those who hold what the one who asks holds, that the writer is gone. */
  readonly agreeing: number
  /** The newest failover that an observer began, but for those that came to nothing; null for none. */
  readonly last: PastFailover | null
}

export interface PastFailover {
  /** It only grows. */
  readonly number: number
  /** The promotion whose writer was gone. */
  readonly epoch: number
  /** `ada@desk` */
  readonly who: string
  readonly at: Date
  /** Since it ended, or began where it has no end, by the store's clock. */
  readonly secondsAgo: number
  /** Null where its end was not told. */
  readonly outcome: FailoverOutcome | null
}

/** `refused` where nothing was touched. */
export type FailoverOutcome = 'done' | 'failed' | 'refused'

export interface Wish {
  readonly epoch: number
  readonly writer: string
  /** Seconds since an earlier failover that must have passed. */
  readonly damping: number
}

/** Where observers of one cluster hear of each other, and which one of them may act. Errors of all: `store.*`. */
export interface Council {
  /** A sign of life, with what this observer holds. */
  tell(opinion: Opinion): Promise<Gathering>
  /**
   * The right to fail over from a promotion, for one observer alone: the number of the failover. Null where too few agree,
   * an earlier one is too recent, or somebody has had that right for this promotion.
   */
  claim(wish: Wish): Promise<number | null>
  end(number: number, outcome: FailoverOutcome, run: string): Promise<void>
  /** It counts no more. */
  leave(): Promise<void>
}
