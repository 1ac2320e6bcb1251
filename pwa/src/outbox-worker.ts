/** Send what waits when no page is open: the service worker loads this only when the browser says that there is a network. */
import { drainOnce } from './sync/drain-once'

Object.assign(self, { drainOutbox: drainOnce })
