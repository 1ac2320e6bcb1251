/** Give the tests an IndexedDB: happy-dom has none. */
import 'fake-indexeddb/auto'
