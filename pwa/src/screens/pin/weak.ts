/** Tell PINs that everybody tries first: runs, repeats and a few that are known by heart. */

/** Whether a PIN of six digits is among the first that anybody would try. */
export function isWeak(pin: string): boolean {
  const digits = [...pin].map(Number)
  const steps = new Set(digits.slice(1).map((digit, index) => digit - (digits[index] ?? 0)))
  const isRun = steps.size === 1 && [-1, 0, 1].includes([...steps][0] ?? 2)
  const halves = pin.slice(0, 3) === pin.slice(3)
  const pairs = pin.slice(0, 2) === pin.slice(2, 4) && pin.slice(2, 4) === pin.slice(4)
  return isRun || halves || pairs || ['112233', '332211', '520131', '131452', '123321', '147258', '159357'].includes(pin)
}
