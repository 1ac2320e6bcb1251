/** Give the tests an IndexedDB: neither Node nor happy-dom has one. */
import 'fake-indexeddb/auto'
