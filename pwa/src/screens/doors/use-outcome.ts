/** Record what happened at a door: kept at once, undone within ten seconds, completed by what is said afterwards. */
import { computed, onScopeDispose, ref } from 'vue'
import type { Door } from '@/core/doors'
import type { Id, VisitRow } from '@/core/types'
import { currentFix, fixAtHand } from '@/device/position'
import { amend, seal, UNDO_MS, undo } from '@/shell/undo'
import { here, made, newId, record } from '@/sync/here'
import { type Afterwards, corrected, type DoorOutcome, endedAtDoor, type RecordVisit, withAfterwards } from './outcomes'

export type Just = { id: Id; door: Door; outcome: DoorOutcome; saved_at: string; leaves_at_ms: number; visit: RecordVisit }

export function useOutcome() {
  /** The outcome that was just recorded and may still be undone or completed. */
  const just = ref<Just | null>(null)
  const failure = ref<unknown>(null)
  const clock_ms = ref(Date.now())
  const timer = setInterval(() => {
    clock_ms.value = Date.now()
  }, 500)
  onScopeDispose(() => clearInterval(timer))
  const seconds_left = computed(() => (just.value ? Math.max(0, Math.ceil((just.value.leaves_at_ms - clock_ms.value) / 1000)) : 0))

  async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      failure.value = null
      return await work()
    } catch (error) {
      failure.value = error
      return null
    }
  }

  /** Record an outcome at the door; its position joins when it is found, and nobody waits for it. */
  async function keep(door: Door, outcome: DoorOutcome): Promise<void> {
    const at = new Date().toISOString()
    const visit = endedAtDoor({ visit_id: newId(), place_id: door.household.id }, outcome, at, fixAtHand())
    const mutation = made('record_visit', visit, at)
    const kept = await attempt(() => seal(mutation).then(() => true))
    if (!kept) return
    clock_ms.value = Date.now()
    just.value = { id: mutation.id, door, outcome, saved_at: at, leaves_at_ms: Date.now() + UNDO_MS, visit }
    if (!visit.fix) void currentFix().then((fix) => fix && amend(mutation.id, (one) => ({ ...one, args: { ...one.args, fix } }) as typeof one, false))
  }

  /** Complete what was just recorded; once it has left the phone this is a correction of its own. */
  async function say(afterwards: Afterwards, reason: string): Promise<void> {
    const now = just.value
    if (!now) return
    const visit = withAfterwards(now.visit, afterwards)
    const amended = await attempt(() => amend(now.id, (one) => ({ ...one, args: withAfterwards(one.args as RecordVisit, afterwards) }) as typeof one))
    if (amended === null) return
    if (amended) {
      just.value = { ...now, visit, leaves_at_ms: Date.now() + UNDO_MS }
      return
    }
    const former = { ...visit, id: now.visit.visit_id, revisit: visit.revisit ?? null, vacancy_evidence: visit.vacancy_evidence ?? null } as unknown as VisitRow
    const args = corrected(former, newId(), now.outcome, reason, afterwards)
    if (await attempt(() => record([made('correct_visit', args)]))) just.value = { ...now, visit: { ...visit, visit_id: args.visit_id } }
  }

  /** While somebody is choosing or typing, it stays. */
  async function stay(): Promise<void> {
    const now = just.value
    if (now && seconds_left.value > 0 && (await attempt(() => amend(now.id, (one) => one)))) just.value = { ...now, leaves_at_ms: Date.now() + UNDO_MS }
  }

  /** Take it back; false when it had left already. */
  async function takeBack(): Promise<boolean> {
    const now = just.value
    if (!now) return false
    const undone = await attempt(() => undo(now.id))
    if (undone) just.value = null
    return undone === true
  }

  async function correct(visit: VisitRow, outcome: DoorOutcome, reason: string): Promise<boolean> {
    return (await attempt(() => record([made('correct_visit', corrected(visit, newId(), outcome, reason))]))) !== null
  }

  const mine = (visit: VisitRow) => visit.recorded_by === here.me?.person.id
  return { just, failure, seconds_left, keep, say, stay, takeBack, correct, mine }
}
