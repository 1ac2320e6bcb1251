/**
 * What version 1 of the app wrote on a phone, word for word: its schema and a working day in it. Frozen: later versions
 * of the app must open it and lose nothing, so this file is never brought up to date. A new version adds a file of its own.
 */
export const STORES = {
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
export const PHONE_STORES = { accounts: 'person_id, login', kv: 'key' }

export const PERSON = '01890000-0000-7000-8000-000000000001'
const DEVICE = '01890000-0000-7000-8000-0000000000d1'
const HAZARD = '01890000-0000-7000-8000-0000000000a1'
const DRAFT = '01890000-0000-7000-8000-0000000000f1'

const bytes = (length: number, by: number) => Uint8Array.from({ length }, (_, index) => (index * by) % 251).buffer
/** SHA-256 of `bytes(3000, 7)` and of `bytes(2000, 11)`. */
const WAITING_PHOTO = 'fb5a5e7439fbb98b3dc324a722e08e9e89c21f0fd07307980e831cf7f97cc82b'
const DRAFTED_PHOTO = '9661ee64dbe6367da0bc72e835182204b6d8d2c1944063a851495630bfb67678'

const record = (number: number, state: string, more: object = {}) => ({
  id: `01890000-0000-7000-8000-0000000000${number.toString().padStart(2, '0')}`,
  ...{ number, device_code: 'X7K2', name: 'note_hazard', at: '2026-03-02T01:00:00.000Z' },
  args: { hazard_id: HAZARD, note: `第 ${number} 条`, photos: [] as object[] },
  ...{
    photo_hashes: [] as string[],
    state,
    shows: 1,
    problem: null,
    parked: false,
    revision: null,
    tries: 0,
    answered_at: null,
    settled_at: null,
  },
  ...more,
})
const photo = (sha256: string, size_bytes: number, state: string, draft_ids: string[]) => ({
  ...{ sha256, size_bytes, mime: 'image/jpeg', taken_at: '2026-03-02T01:00:00.000Z', state, draft_ids },
  fix: { lon: 109.4, lat: 24.3, accuracy_m: 12, crs: 'wgs84', source: 'gps', taken_at: '2026-03-02T01:00:00.000Z' },
  ...{ kept_at: '2026-03-02T01:00:01.000Z', sent_bytes: 0, upload_url: null, problem: null, tries: 0, arrived_at: null, settled_at: null },
})

/** A day's work: answered, refused, parked, waiting and half-sent records, a photo of each kind, an unfinished form. */
export const ROWS: Record<keyof typeof STORES, object[]> = {
  community: [{ id: 'c1', code: '450299001001', name: '和平社区', start: 0 }],
  grid: [{ id: 'g1', code: '450299001001001', community_code: '450299001001', name: '第1网格', start: 0 }],
  building: [{ id: 'b1', grid_code: '450299001001001', name: '1栋', start: 0 }],
  household: [{ id: 'h1', grid_code: '450299001001001', building_id: 'b1', room: '301', start: 0 }],
  premises: [{ id: 'p1', grid_code: '450299001001001', category: 'assembly', name: '好声音KTV', start: 0 }],
  visit: [{ id: 'v1', place_id: 'h1', grid_code: '450299001001001', start: 0 }],
  hazard: [{ id: HAZARD, place_id: 'h1', grid_code: '450299001001001', stage: 'registered', start: 0 }],
  checklist: [{ id: 'co', version: 1, row_id: 'r1', body: { items: [] }, start: 0 }],
  cursor: [{ scope: 'pull', cursor: 'abc', start: 0, starting: false, completed_at: '2026-03-02T00:00:00.000Z' }],
  drafts: [
    {
      ...{ id: DRAFT, kind: 'visit', subject_id: 'h1', started_at: '2026-03-02T01:00:00.000Z', changed_at: '2026-03-02T01:02:00.000Z' },
      screen: { place_kind: 'household', place_id: 'h1', track: 'co', form: { card: 3, answers: { 'co.fuel': 'pipeline' } } },
    },
  ],
  mutations: [
    record(1, 'applied', { revision: 7, answered_at: '2026-03-02T01:01:00.000Z' }),
    record(2, 'refused', { shows: 0, problem: { type: '/problems/not-your-role', status: 403, title: 'Not your role', detail: '' } }),
    record(3, 'refused', {
      shows: 0,
      parked: true,
      problem: { type: '/problems/malformed', status: 400, title: 'Not understood', detail: '' },
    }),
    record(4, 'held'),
    record(5, 'sending', {
      photo_hashes: [WAITING_PHOTO],
      args: { hazard_id: HAZARD, note: '第 5 条', photos: [{ sha256: WAITING_PHOTO, role: 'item' }] },
    }),
    record(6, 'waiting'),
  ],
  photos: [photo(WAITING_PHOTO, 3000, 'uploading', []), photo(DRAFTED_PHOTO, 2000, 'drafted', [DRAFT])],
  photo_bytes: [
    { sha256: WAITING_PHOTO, bytes: bytes(3000, 7) },
    { sha256: DRAFTED_PHOTO, bytes: bytes(2000, 11) },
  ],
  photo_thumbs: [
    { sha256: WAITING_PHOTO, bytes: bytes(60, 3) },
    { sha256: DRAFTED_PHOTO, bytes: bytes(60, 5) },
  ],
  kv: [
    { key: 'device', value: { id: DEVICE, code: 'X7K2', last_number: 6 } },
    { key: 'device:X7K2', value: DEVICE },
    { key: 'grids', value: ['450299001001001'] },
    {
      key: 'sealed:01890000-0000-7000-8000-000000000077',
      value: {
        mutation: {
          ...{ id: '01890000-0000-7000-8000-000000000077', name: 'note_hazard', at: '2026-03-02T01:03:00.000Z' },
          args: { hazard_id: HAZARD, note: '还能撤回', photos: [] },
        },
        leaves_at_ms: 1772413390000,
      },
    },
  ],
}
