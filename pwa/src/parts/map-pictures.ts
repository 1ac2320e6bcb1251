/** Draw the marks, clusters and label grounds that the map asks for by name. */
import { markFromName, outlines, tones } from './marks'

export type Picture = {
  image: ImageData
  options: { pixelRatio: number; stretchX?: [number, number][]; stretchY?: [number, number][]; content?: [number, number, number, number] }
}
/** Read a token such as --plate from the page, or return a plain colour as it is. */
export type Color = (name: string) => string

/** Twice the size, because phones have at least two device pixels per CSS pixel. */
const ratio = 2

/** Return the picture for a name of `markName` or `clusterName`, or one of the grounds of a name; null for any other name. */
export function pictureFor(name: string, color: Color): Picture | null {
  if (name.startsWith('mark|')) return markPicture(name, color)
  if (name.startsWith('cluster|')) return clusterPicture(name, color)
  if (name.startsWith('hatch|')) return hatchPicture(name.endsWith('3'), color)
  if (name.startsWith('place|')) return placePicture(name.slice(6), color)
  const ground = LABEL_GROUNDS[name]
  if (ground) return labelPicture(ground, color)
  return null
}

function canvasOf(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas')
  canvas.width = width * ratio
  canvas.height = height * ratio
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D
  pen.scale(ratio, ratio)
  pen.lineJoin = 'round'
  pen.textAlign = 'center'
  return pen
}

function picture(pen: CanvasRenderingContext2D, options: Omit<Picture['options'], 'pixelRatio'> = {}): Picture {
  return { image: pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height), options: { pixelRatio: ratio, ...options } }
}

function write(pen: CanvasRenderingContext2D, text: string, size_px: number, y: number, color: string): void {
  pen.font = `700 ${size_px}px ${getComputedStyle(document.documentElement).fontFamily}`
  pen.fillStyle = color
  pen.fillText(text, 0, y)
}

function markPicture(name: string, color: Color): Picture | null {
  const mark = markFromName(name)
  if (!mark) return null
  const pen = canvasOf(50, 50)
  pen.translate(25, 26)
  const shape = new Path2D(outlines[mark.shape].path)
  pen.strokeStyle = color('--card')
  pen.lineWidth = 3
  pen.stroke(shape)
  pen.fillStyle = color(tones[mark.tone].fill)
  pen.fill(shape)
  if (mark.tone === 'soon') {
    pen.strokeStyle = '#14202B'
    pen.lineWidth = 1.8
    pen.stroke(shape)
  }
  write(pen, mark.letter, 14, outlines[mark.shape].letter_y, color(tones[mark.tone].letter))
  if (mark.tone === 'overdue') drawAlarm(pen, color)
  return picture(pen)
}

function drawAlarm(pen: CanvasRenderingContext2D, color: Color): void {
  pen.translate(14.2, -14.2)
  pen.beginPath()
  pen.arc(0, 0, 8, 0, 7)
  pen.fillStyle = color('--ink')
  pen.fill()
  pen.strokeStyle = color('--card')
  pen.lineWidth = 2
  pen.stroke()
  pen.lineWidth = 2.6
  pen.lineCap = 'round'
  pen.stroke(new Path2D('M0-4.3v4.3M0 4v.1'))
}

/** Return a cluster's name from its counts. */
export function clusterName(count: number, overdue: number): string {
  return `cluster|${count}|${overdue}`
}

/** Return a large count in short, never more than it is: 12,345 are 1.2万, in English 12k. */
export function inShort(count: number, lang: string = document.documentElement.lang): string {
  if (count < 10_000) return String(count)
  if (!lang.startsWith('zh')) return `${Math.floor(count / 1000)}k`
  return count < 100_000 ? `${Math.floor(count / 1000) / 10}万` : `${Math.floor(count / 10_000)}万`
}

function clusterPicture(name: string, color: Color): Picture {
  const [, count = '', overdue = '0'] = name.split('|')
  const [held, late] = [inShort(Number(count)), `!${inShort(Number(overdue))}`]
  const pen = canvasOf(96, 56)
  pen.translate(48, 30)
  const half = held.length > 4 ? 23 : 19
  rounded(pen, -half, -18, half * 2, 36, 11)
  pen.fillStyle = color('--ink')
  pen.fill()
  pen.strokeStyle = color('--card')
  pen.lineWidth = 2.5
  pen.stroke()
  write(pen, held, held.length > 2 ? 14 : 17, 6, color('--card'))
  if (Number(overdue) > 0) {
    pen.translate(16, -19)
    const wide = late.length > 4 ? 24 : 17
    rounded(pen, -wide, -9, wide * 2, 19, 9.5)
    pen.fillStyle = color('--danger')
    pen.fill()
    pen.lineWidth = 1.8
    pen.stroke()
    write(pen, late, 13, 5, color('--on-solid'))
  }
  return picture(pen)
}

/** Return a place's name from the letter of what it is. */
export const placeName = (letter: string): string => `place|${letter}`

/** A pale square with a letter: no shape or colour of a hazard. */
function placePicture(letter: string, color: Color): Picture {
  const pen = canvasOf(24, 24)
  pen.translate(12, 12)
  rounded(pen, -10, -10, 20, 20, 3)
  pen.fillStyle = color('--card')
  pen.fill()
  pen.strokeStyle = color('--ink2')
  pen.lineWidth = 1.8
  pen.stroke()
  write(pen, letter, 13, 4.6, color('--ink2'))
  return picture(pen)
}

/** A ground that grows with its text: only the middle stripes stretch, so that the corners stay round. */
/** What a name stands on: a grid's, the chosen grid's, a whole area's. */
const LABEL_GROUNDS: Record<string, string> = { label: '--card', 'label-own': '--plate', 'label-area': '--ink' }

function labelPicture(ground: string, color: Color): Picture {
  const pen = canvasOf(32, 26)
  rounded(pen, 1, 1, 30, 24, 6)
  pen.fillStyle = color(ground)
  pen.globalAlpha = ground === '--card' ? 0.92 : 1
  pen.fill()
  return picture(pen, { stretchX: [[16, 48]], stretchY: [[16, 36]], content: [14, 8, 50, 44] })
}

/** Slanting lines over a shade, closer for the darker one: the shade can be told without its colour. */
function hatchPicture(dense: boolean, color: Color): Picture {
  const size = dense ? 6 : 10
  const pen = canvasOf(size, size)
  pen.strokeStyle = color('--danger')
  pen.globalAlpha = dense ? 0.55 : 0.4
  pen.lineWidth = 1.2
  // Three lines, so that the edges of neighbouring tiles meet.
  for (const shift of [-size, 0, size]) pen.stroke(new Path2D(`M${shift - 1} ${size + 1}L${shift + size + 1} -1`))
  return picture(pen)
}

function rounded(pen: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, radius: number): void {
  // Path2D.roundRect came with Chromium 99; arcs are older than any phone here.
  pen.beginPath()
  pen.moveTo(x + radius, y)
  pen.arcTo(x + width, y, x + width, y + height, radius)
  pen.arcTo(x + width, y + height, x, y + height, radius)
  pen.arcTo(x, y + height, x, y, radius)
  pen.arcTo(x, y, x + width, y, radius)
  pen.closePath()
}
