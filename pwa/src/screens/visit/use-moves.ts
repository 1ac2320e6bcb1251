/** Move between the cards of a visit: on, back, and to a question that was left open. */
import { type Ref, ref } from 'vue'
import type { VisitForm } from '@/core/visit-form'

type Cards = { asked: Readonly<Ref<string[]>>; open: Readonly<Ref<string[]>>; card: Readonly<Ref<string>>; index: Readonly<Ref<number>> }

export function useMoves(form: Readonly<Ref<VisitForm | null>>, { asked, open, card, index }: Cards) {
  function show(next: string): void {
    const of = form.value as VisitForm
    of.card = next
    of.step = 'seen'
    window.scrollTo({ top: 0 })
  }
  /** True after a jump to a question left open: from there on only open ones follow. */
  const jumping = ref(false)
  function jumpTo(item_id: string): void {
    jumping.value = item_id !== 'summary'
    show(item_id)
  }
  function goOn(): void {
    if (!jumping.value) show(asked.value[index.value + 1] ?? 'summary')
    else jumpTo(open.value.find((item_id) => asked.value.indexOf(item_id) > index.value) ?? 'summary')
  }
  function backward(): void {
    if (card.value === 'summary') show(asked.value.at(-1) ?? 'summary')
    else show(asked.value[Math.max(0, index.value - 1)] ?? 'summary')
  }

  return { show, jumping, jumpTo, goOn, backward }
}
