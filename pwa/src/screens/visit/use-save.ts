/** Say what a visit still lacks before it can be saved, and save it: one transaction on the phone, nothing waits for a network. */
import { computed, ref } from 'vue'
import { problem } from '@/core/refusals'
import { gridsTouched } from '@/core/ground'
import { personalNumber } from '@/core/personal-numbers'
import type { FindingForm, VisitForm } from '@/core/visit-form'
import { newFindings, recordsOf, reportOf, resolved, type Visiting, whyNotFinding } from '@/core/visit-records'
import type { Fix, Problem } from '@/core/types'
import { serverNow } from '@/device/clock'
import { currentFix, fixAtHand, position } from '@/device/position'
import { preferences } from '@/device/preferences'
import { plain } from '@/shell/drafts'
import { useLive } from '@/shell/live'
import { author, made, record } from '@/sync/here'
import { speak } from '@/words/dictionary'
import twinWords from '@/words/twins'
import type { Visit } from './use-visit'

export type FindingLine = { item_id: string; finding: FindingForm; says: ReturnType<typeof resolved>; why_not: Problem | null }
const tt = speak(twinWords)
const BY_HAND = ['in_person', 'by_proxy']

/** Return why the visit itself cannot be saved yet; the same refusals in the same words as the server's. */
export function whyNotVisit(form: VisitForm, missing: string[], invalid: string[], nameOf: (item_id: string) => string): Problem | null {
  const first = (ids: string[]) => ({ count: ids.length, first: nameOf(ids[0] ?? '') })
  if (invalid.length) return problem('answers-invalid', first(invalid))
  if (form.outcome === 'entered' && missing.length && !form.note.trim()) return problem('answer-missing', first(missing))
  if (form.notice.signed === 'refused' && !form.notice.witness?.trim() && !form.note.trim()) return problem('witness-missing')
  if (form.correction && form.correction.reason.trim().length < 2) return problem('reason-needed')
  return whyNotWords(form)
}

function whyNotWords(form: VisitForm): Problem | null {
  if (personalNumber(form.note)) return problem('personal-number-in-text', { field: 'note', field_zh: '备注' })
  if (personalNumber(form.correction?.reason ?? '')) return problem('personal-number-in-text', { field: 'reason', field_zh: '更正原因' })
  const texts = Object.values(form.findings).map((finding) => finding.description)
  return texts.some(personalNumber) ? problem('personal-number-in-text', { field: 'description', field_zh: '隐患说明' }) : null
}

/** A drawn signature belongs to a notice that was handed over. */
export function settleNotice(form: VisitForm): void {
  const { notice } = form
  if (notice.signed === 'signed' && !BY_HAND.includes(notice.delivered)) {
    notice.signed = 'none'
    delete notice.signature
  }
}

export function useSave(visit: Visit) {
  const failure = ref<unknown>(null)
  const busy = ref(false)
  void currentFix()
  const visiting = computed((): Visiting | null => {
    const [form, place] = [visit.form.value, visit.at.place.value]
    return form && place ? { visit_id: visit.id, place, track: visit.track.value, form, body: visit.at.body.value } : null
  })
  const saying = computed(() => ({ language: preferences.language }))
  const lines = computed((): FindingLine[] => {
    const of = visiting.value
    const by = author.value
    if (!of || !by) return []
    return newFindings(of, visit.evaluation.value).map((proposed) => {
      const finding = of.form.findings[proposed.item_id] as FindingForm
      const says = resolved(finding, proposed, saying.value)
      const { place, track } = of
      const report = reportOf(finding, says, { place_kind: place.kind, place_id: place.id, track, category: place.category, fix: null, location_note: '' })
      return { item_id: proposed.item_id, finding, says, why_not: finding.joins ? null : whyNotFinding(finding, report, says, place.grid_code, by, serverNow().toISOString()) }
    })
  })
  const why_not = computed((): Problem | null => {
    const form = visit.form.value
    if (!form) return null
    const { missing, invalid } = visit.evaluation.value
    const nameOf = (item_id: string) => visit.items.value.get(item_id)?.[preferences.language] ?? item_id
    const wrong = invalid.map((each) => each.item_id)
    return whyNotVisit(form, missing, wrong, nameOf) ?? lines.value.find((line) => line.why_not)?.why_not ?? null
  })

  /** The grids that the position could mean; the address decides, this is only told. */
  const touched = useLive(
    async (database) => {
      const fix = position.fix as Fix | null
      const grids = fix ? await database.grid.filter((grid) => grid.retired_on === null).toArray() : []
      return fix ? gridsTouched(fix, grids).length : 0
    },
    () => position.fix,
  ).value

  async function save(): Promise<boolean> {
    const of = visiting.value
    if (!of || busy.value || why_not.value) return false
    busy.value = true
    failure.value = null
    try {
      await visit.settled()
      const ended_at = new Date().toISOString()
      const records = plain(recordsOf(of, fixAtHand(), ended_at, saying.value, tt('seen_again')))
      await record(records.map(({ name, args }) => made(name, args, ended_at)), [], visit.id)
      visit.draft.end()
      return true
    } catch (error) {
      failure.value = error
      return false
    } finally {
      busy.value = false
    }
  }
  return { lines, why_not, touched, save, failure, busy }
}
export type Saving = ReturnType<typeof useSave>
