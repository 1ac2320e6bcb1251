/** Find the number patterns of persons that do not belong in a remark: ID cards and telephones, never names. */

// No look-behind: the oldest iPhones cannot read one.
const PERSONAL_NUMBERS: readonly ['id_card' | 'mobile' | 'landline', RegExp][] = [
  ['id_card', /(?:^|[^0-9A-Za-z])[0-9]{6}[ -]?[0-9]{8}[ -]?[0-9]{3}[0-9Xx](?![0-9A-Za-z])/],
  ['mobile', /(?:^|[^0-9A-Za-z])(?:(?:[+]|00)?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9A-Za-z])/],
  ['landline', /(?:^|[^0-9A-Za-z])0[1-9][0-9]{1,2}[ -]?[2-9][0-9]{6,7}(?![0-9A-Za-z])/],
]

/** Returns which kind of personal number a remark seems to hold, or null: such a remark is refused. */
export function personalNumber(text: string): 'id_card' | 'mobile' | 'landline' | null {
  const plain = text.normalize('NFKC').replace(/[\u2010-\u2015\u2212]/g, '-')
  return PERSONAL_NUMBERS.find(([, pattern]) => pattern.test(plain))?.[0] ?? null
}
