/** A phone and its server for each test, as variables that a test file imports: they name those of the test that runs. */
import { afterEach, beforeEach } from 'vitest'
import type { Phone } from '../../device/phone'
import { TestPhone } from './phones'
import { TestServer } from './server'

export let server: TestServer
export let mine: TestPhone
export let phone: Phone

/** Make both before each test of the file, and end them after it. `before` prepares the server. */
export function eachTest(before: (server: TestServer) => void = () => undefined): void {
  beforeEach(async () => {
    server = new TestServer()
    before(server)
    mine = new TestPhone(await server.start())
    await restart()
  })
  afterEach(async () => {
    mine.close()
    await server.stop()
  })
}

/** The app is started anew on the same phone. */
export async function restart(): Promise<void> {
  phone = await mine.start()
}
