/** Show places that this phone has registered or changed before the server's rows say so. */
import type { Author, Shown } from './shown'
import type { Mutation, MutationArgs, MutationName } from './types'

type Replay<N extends MutationName> = (shown: Shown, mutation: Mutation<N>, author: Author) => void
type NewHousehold = MutationArgs['register_households']['households'][number]

const registerBuilding: Replay<'register_building'> = (shown, mutation) => {
  shown.add('building', mutation, { ...mutation.args, revision: 0, place_code: mutation.args.grid_code })
}

const registerPremises: Replay<'register_premises'> = (shown, mutation) => {
  const { contact_phone, ...args } = mutation.args
  shown.add('premises', mutation, {
    ...args,
    ...{ revision: 0, place_code: args.grid_code, contact_phone_masked: masked(contact_phone), last_visit: null },
  })
}

function addHousehold(shown: Shown, mutation: Pick<Mutation, 'id'>, building_id: string, household: NewHousehold): void {
  const { contact_phone, ...args } = household
  // Without its building's row the grid is unknown; the door shows inside its building all the same.
  const grid_code = shown.get('building', building_id)?.grid_code ?? ''
  shown.add('household', mutation, {
    ...{ ...args, building_id, grid_code, place_code: grid_code, revision: 0 },
    ...{ contact_phone_masked: masked(contact_phone), needs_help: false, last_visit: null },
  })
}

const registerHousehold: Replay<'register_household'> = (shown, mutation) => {
  const { building_id, ...household } = mutation.args
  addHousehold(shown, mutation, building_id, household)
}

const registerHouseholds: Replay<'register_households'> = (shown, mutation) => {
  for (const household of mutation.args.households) addHousehold(shown, mutation, mutation.args.building_id, household)
}

const changeContactPhone: Replay<'change_contact_phone'> = (shown, mutation) => {
  const { place_kind, place_id, contact_phone } = mutation.args
  shown.change(place_kind, place_id, mutation, { contact_phone_masked: masked(contact_phone) })
}

const markNeedsHelp: Replay<'mark_needs_help'> = (shown, mutation) => {
  shown.change('household', mutation.args.household_id, mutation, { needs_help: mutation.args.needs_help })
}

const retirePlace: Replay<'retire_place'> = (shown, mutation) => {
  shown.remove(mutation.args.place_kind, mutation.args.place_id)
}

export const PLACES = {
  register_building: registerBuilding,
  register_premises: registerPremises,
  register_household: registerHousehold,
  register_households: registerHouseholds,
  change_contact_phone: changeContactPhone,
  mark_needs_help: markNeedsHelp,
  retire_place: retirePlace,
} as Partial<Record<MutationName, (shown: Shown, mutation: Mutation, author: Author) => void>>

/** Return a phone number as lists show it: 138****1234; '' when there is none. */
export function masked(phone: string | null | undefined): string {
  if (!phone) return ''
  return phone.length < 8 ? `${phone.slice(0, 1)}****${phone.slice(-1)}` : `${phone.slice(0, 3)}****${phone.slice(-4)}`
}
