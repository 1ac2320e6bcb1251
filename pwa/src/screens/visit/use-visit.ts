/** Hold one visit for its screen: the form on the phone, the cards it asks, and how the worker moves between them. */
import { computed, type InjectionKey, inject, nextTick, provide, watch } from 'vue'
import type { Item } from '@/core/checklist'
import { isSaidByAnswer, chipsOf } from '@/core/chips'
import { DOOR_ITEMS } from '@/core/door'
import type { Answer, Id } from '@/core/types'
import { albumsOf, type FindingForm, forgetPhotos, newFinding, readForm, type VisitForm } from '@/core/visit-form'
import { judged } from '@/core/visit-records'
import { seekPosition } from '@/device/position'
import { preferences } from '@/device/preferences'
import type { Tick } from '@/parts/progress-ticks.vue'
import { type VisitDraft, useDraft } from '@/shell/drafts'
import { newId } from '@/sync/here'
import { useAlbums } from './use-albums'
import { useMoves } from './use-moves'
import { usePhotos } from './use-photos'
import { usePlace } from './use-place'

export const ADVANCE_MS = 250

export function useVisit(id: Id) {
  const draft = useDraft<VisitDraft>(id)
  const form = computed(() => (draft.screen.value?.form ?? null) as VisitForm | null)
  const track = computed(() => draft.screen.value?.track ?? 'patrol')
  const settled = async () => {
    await nextTick()
    await draft.settled()
  }
  const photos = usePhotos(() => id, settled, {
    names: () => (form.value ? albumsOf(form.value).flat() : []),
    forget: (gone) => form.value && forgetPhotos(form.value, albumsOf(form.value), gone),
  })
  const wanted = computed(() => {
    const screen = draft.screen.value
    if (!screen) return null
    return { kind: screen.place_kind, id: screen.place_id, checklist_id: form.value?.checklist_id ?? null, version: form.value?.checklist_version ?? null }
  })
  const at = usePlace(wanted)

  watch(draft.screen, (screen) => {
    if (screen) screen.form = readForm(screen.form, draft.draft()?.started_at ?? new Date().toISOString())
  })
  // The version that is open now stays this visit's own, whatever is published meanwhile.
  watch([form, at.version], () => {
    if (!form.value || form.value.checklist_version !== null || !at.version.value) return
    form.value.checklist_id = at.version.value.id
    form.value.checklist_version = at.version.value.version
  })
  seekPosition()

  const evaluation = computed(() => judged({ form: form.value ?? readForm(null, ''), body: at.body.value, track: track.value }))
  const items = computed(() => new Map((at.body.value?.items ?? []).map((item) => [item.id, item])))
  /** The questions that have a card, in order. */
  const asked = computed(() => evaluation.value.applies.filter((item_id) => !DOOR_ITEMS.includes(item_id)))
  const findings = computed(() => new Map(evaluation.value.findings.map((finding) => [finding.item_id, finding])))
  const open = computed(() => evaluation.value.missing.filter((item_id) => asked.value.includes(item_id)))
  const isAnswered = (item_id: string) => form.value?.answers[item_id] !== undefined
  const ticks = computed((): Tick[] => asked.value.map((item_id) => (findings.value.has(item_id) ? 'hazard' : isAnswered(item_id) ? 'done' : 'todo')))
  const card = computed(() => form.value?.card ?? 'start')
  const item = computed(() => items.value.get(card.value) ?? null)
  const index = computed(() => asked.value.indexOf(card.value))
  const finding = computed(() => findings.value.get(card.value) ?? null)

  function findingForm(item_id: string): FindingForm {
    const of = form.value as VisitForm
    of.findings[item_id] ??= newFinding(newId())
    return of.findings[item_id]
  }

  function answer(item_id: string, value: Answer | undefined): void {
    const of = form.value as VisitForm
    if (value === undefined) delete of.answers[item_id]
    else of.answers[item_id] = value
    const asking = items.value.get(item_id)
    if (asking && findings.value.has(item_id)) prefill(asking, value)
  }

  /** Where the answer itself says what is wrong, its words need no tap. */
  function prefill(asking: Item, value: Answer | undefined): void {
    const own = findingForm(asking.id)
    if (isSaidByAnswer(asking)) own.what = chipsOf(asking, value, preferences.language).map((chip) => chip.value)
  }

  const moves = useMoves(form, { asked, open, card, index })
  const advances = computed(() => preferences.auto_advance && preferences.text !== 'elder')

  const albums = useAlbums(form, photos, findingForm, settled)

  return {
    ...{ id, draft, form, track, at, photos, evaluation, items, asked, findings, open, ticks, card, item, index, finding, advances },
    ...{ settled, findingForm, answer, isAnswered, ...moves, ...albums },
  }
}
export type Visit = ReturnType<typeof useVisit>

const KEY: InjectionKey<Visit> = Symbol('visit')
export function shareVisit(visit: Visit): void {
  provide(KEY, visit)
}
export function theVisit(): Visit {
  const visit = inject(KEY)
  if (!visit) throw new Error('no visit is open')
  return visit
}
