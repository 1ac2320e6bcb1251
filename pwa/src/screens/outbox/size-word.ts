/** Say an amount of bytes as people read it: 412 KB, 2.4 MB. */

export function sizeWord(bytes: number): string {
  const kb = bytes / 1024
  return kb >= 1024 ? `${(kb / 1024).toFixed(1)} MB` : `${Math.ceil(kb)} KB`
}
