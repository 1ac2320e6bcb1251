/** Read numbers as people type them on a phone: full-width digits, a Chinese full stop, thousands commas. */

/** Return the number, null for an empty text, or NaN where the text is not a number. */
export function readNumber(text: string): number | null {
  const plain = text
    .trim()
    .replace(/[０-９．－]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace('。', '.')
    .replace(/(\d)[,，](?=\d{3}(\D|$))/g, '$1')
  if (plain === '') return null
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN
}

export type NumberFault = 'number_wrong' | 'number_range' | 'number_min' | 'number_max'

/** Return what is wrong with a number that must lie between the limits, or null. */
export function numberFault(value: number | null, min?: number, max?: number): NumberFault | null {
  if (value === null) return null
  if (Number.isNaN(value)) return 'number_wrong'
  const outside = (min !== undefined && value < min) || (max !== undefined && value > max)
  if (!outside) return null
  if (min !== undefined && max !== undefined) return 'number_range'
  return min !== undefined ? 'number_min' : 'number_max'
}
