/** Name the three ways in which a question to the server ends without what was asked for. */
import type { Problem } from '../core/types'

/** Nothing that counts as an answer: no network, a time-out, a portal's page, a cut answer, or a server in trouble. Try again later. */
export class Unanswered extends Error {
  override name = 'Unanswered'
  constructor(
    readonly reason: string,
    /** The status when it was a server that answered with trouble, else 0. */
    readonly status = 0,
    readonly retry_after_ms = 0,
  ) {
    super(reason)
  }
}

/** The session has ended. Everything on the phone stays; the person signs in again. */
export class NotSignedIn extends Error {
  override name = 'NotSignedIn'
  constructor(readonly problem: Problem | null = null) {
    super('not signed in')
  }
}

/** The server has understood and says no, in words. */
export class Refusal extends Error {
  override name = 'Refusal'
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.type)
  }
}
