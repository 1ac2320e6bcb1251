// @vitest-environment happy-dom
import { nextTick } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

/** The browser's side of a service worker, as far as a page sees it. */
class Worker extends EventTarget {
  state = 'installed'
  readonly told: unknown[] = []
  postMessage(message: unknown): void {
    this.told.push(message)
  }
}
class Registration extends EventTarget {
  waiting: Worker | null = null
  installing: Worker | null = null
  looked = 0
  update(): Promise<void> {
    this.looked += 1
    return Promise.resolve()
  }
  /** A newer version has come to the phone. */
  arrive(): Worker {
    const worker = new Worker()
    this.installing = worker
    this.dispatchEvent(new Event('updatefound'))
    Object.assign(this, { installing: null, waiting: worker })
    worker.dispatchEvent(new Event('statechange'))
    return worker
  }
}

let registration: Registration
let container: EventTarget
let reloads: number
let inCharge: { postMessage: ReturnType<typeof vi.fn> }
let app: typeof import('./app-update')
let forms: typeof import('./open-forms')
let photos: typeof import('./photo-work')

beforeEach(async () => {
  vi.resetModules()
  registration = new Registration()
  inCharge = { postMessage: vi.fn() }
  container = Object.assign(new EventTarget(), { controller: inCharge, register: () => Promise.resolve(registration) })
  vi.stubGlobal('navigator', Object.assign(Object.create(navigator), { serviceWorker: container }))
  reloads = 0
  vi.spyOn(location, 'reload').mockImplementation(() => {
    reloads += 1
  })
  app = await import('./app-update')
  forms = await import('./open-forms')
  photos = await import('./photo-work')
  app.watchForUpdates()
  await vi.waitFor(() => expect(registration.looked).toBe(0))
  await new Promise((resolve) => setTimeout(resolve))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

function aPhotoInWork(): { working: Promise<void>; finish: () => void } {
  const made = { finish: () => {} }
  const work = new Promise<void>((resolve) => {
    made.finish = resolve
  })
  return { working: photos.whilePhotoWork(() => work), finish: made.finish }
}

it('a newer version waits for the person, and changes nothing by itself', () => {
  const worker = registration.arrive()
  expect([app.updateWaiting.value, worker.told, reloads]).toEqual([true, [], 0])
  expect(app.takeUpdate()).toBeNull()
  expect(worker.told).toEqual([{ type: 'take-over' }])
})

it('nobody is updated in the middle of a photo, nor, without being asked, with a form open', async () => {
  const worker = registration.arrive()
  const close = forms.formOpened()
  expect(app.takeUpdate()).toBe('form')
  const { working, finish } = aPhotoInWork()
  expect([app.takeUpdate(), app.takeUpdate(true)]).toEqual(['photo', 'photo'])
  expect(worker.told).toEqual([])
  finish()
  await working
  expect(app.takeUpdate(true)).toBeNull()
  expect(worker.told).toHaveLength(1)
  close()
})

it('a page with a form or a photo in work follows another tab only when it has let go of both', async () => {
  const close = forms.formOpened()
  const { working, finish } = aPhotoInWork()
  container.dispatchEvent(new Event('controllerchange'))
  close()
  close()
  await nextTick()
  expect(reloads).toBe(0)
  finish()
  await working
  await nextTick()
  expect(reloads).toBe(1)
})

it('an idle page follows at once', () => {
  container.dispatchEvent(new Event('controllerchange'))
  expect(reloads).toBe(1)
})

it('an app too old for the server fetches the newer version when the person taps, and takes it when it is here', () => {
  expect(app.takeUpdate()).toBeNull()
  expect(registration.looked).toBe(1)
  const worker = registration.arrive()
  expect(worker.told).toEqual([{ type: 'take-over' }])
})

it('a page reloads when the worker of the former version does not make way, and not when it did', () => {
  vi.useFakeTimers()
  const worker = registration.arrive()
  app.takeUpdate()
  vi.advanceTimersByTime(3000)
  expect(reloads).toBe(0)
  vi.advanceTimersByTime(3000)
  expect(reloads).toBe(1)
  app.takeUpdate()
  worker.state = 'activated'
  vi.advanceTimersByTime(10_000)
  expect(reloads).toBe(1)
})

it('a page that a newer worker took over while it was on its way follows as soon as it hears so', async () => {
  const [[asked, [port]]] = inCharge.postMessage.mock.calls as [[{ type: string; url: string }, MessagePort[]]]
  expect(asked).toEqual({ type: 'keeps', url: expect.stringContaining('app-update') })
  port?.postMessage(true)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(reloads).toBe(0)
  port?.postMessage(false)
  await vi.waitFor(() => expect(reloads).toBe(1))
})
