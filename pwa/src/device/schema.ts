/** List the tables of one person's database, and what lies open of each row: keys and indexes, of ids, codes, states and moments only. */

export const VERSION_1 = {
  community: 'id, code',
  grid: 'id, code, community_code',
  building: 'id, grid_code',
  household: 'id, grid_code, building_id',
  premises: 'id, grid_code, category',
  visit: 'id, place_id, grid_code',
  hazard: 'id, place_id, grid_code, stage',
  checklist: '[id+version], id, row_id',
  cursor: 'scope',
  drafts: 'id, kind, subject_id, changed_at',
  mutations: 'id, &number, state, shows',
  photos: 'sha256, state, *draft_ids, taken_at',
  photo_bytes: 'sha256',
  photo_thumbs: 'sha256',
  kv: 'key',
}

/** Version 2: pictures of open hazards, made small by the server, to be looked at without a network. */
export const VERSION_2 = { pictures: 'sha256' }
